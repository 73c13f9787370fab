<?xml version="1.0" encoding="UTF-8"?>
<!-- Words of the header in French and English, dates as people read them. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template name="colon">
  <xsl:choose>
    <xsl:when test="$lang = 'en'">: </xsl:when>
    <xsl:otherwise>&#160;: </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="pick">
  <xsl:param name="fr"/>
  <xsl:param name="en"/>
  <xsl:choose>
    <xsl:when test="$lang = 'en'"><xsl:value-of select="$en"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="$fr"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="word">
  <xsl:param name="key"/>
  <xsl:choose>
    <xsl:when test="$key = 'patient'">Patient</xsl:when>
    <xsl:when test="$key = 'ins'">INS</xsl:when>
    <xsl:when test="$key = 'author'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Auteur'"/><xsl:with-param name="en" select="'Author'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'birth_name'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Nom de naissance'"/><xsl:with-param name="en" select="'Birth name'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'birth_given'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Prénoms de naissance'"/><xsl:with-param name="en" select="'Given names at birth'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'born'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Date de naissance'"/><xsl:with-param name="en" select="'Date of birth'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'sex'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Sexe'"/><xsl:with-param name="en" select="'Sex'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'M'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Masculin'"/><xsl:with-param name="en" select="'Male'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'F'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Féminin'"/><xsl:with-param name="en" select="'Female'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'date'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Date du document'"/><xsl:with-param name="en" select="'Date of the document'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'version'">Version</xsl:when>
    <xsl:when test="$key = 'signed'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Responsable du document'"/><xsl:with-param name="en" select="'Legal authenticator'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'act'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Acte documenté'"/><xsl:with-param name="en" select="'Documented act'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'performer'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Exécutant'"/><xsl:with-param name="en" select="'Performer'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'encounter'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Prise en charge'"/><xsl:with-param name="en" select="'Encounter'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'custodian'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Structure conservant l’original'"/><xsl:with-param name="en" select="'Custodian of the original'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'recipient'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Destinataire'"/><xsl:with-param name="en" select="'Recipient'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'prescriber'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Prescripteur'"/><xsl:with-param name="en" select="'Ordering professional'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'participant'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Autre participant'"/><xsl:with-param name="en" select="'Other participant'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'informant'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Informateur'"/><xsl:with-param name="en" select="'Informant'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'address'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Adresse'"/><xsl:with-param name="en" select="'Address'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'more'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Coordonnées et autres intervenants'"/><xsl:with-param name="en" select="'Contact details and other people'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'table'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Tableau'"/><xsl:with-param name="en" select="'Table'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'image'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Image jointe au document'"/><xsl:with-param name="en" select="'Image that comes with the document'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'attached'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Ouvrir la pièce jointe'"/><xsl:with-param name="en" select="'Open the attachment'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'absent'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'Pièce jointe absente du document'"/><xsl:with-param name="en" select="'Attachment missing from the document'"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'from'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'du '"/><xsl:with-param name="en" select="'from '"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'to'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="' au '"/><xsl:with-param name="en" select="' to '"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'at'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="' à '"/><xsl:with-param name="en" select="', '"/></xsl:call-template></xsl:when>
    <xsl:when test="$key = 'until'"><xsl:call-template name="pick"><xsl:with-param name="fr" select="'jusqu’au '"/><xsl:with-param name="en" select="'until '"/></xsl:call-template></xsl:when>
  </xsl:choose>
</xsl:template>

<!-- HL7 TS as it was written: local to its author, to the minute at most. -->
<xsl:template name="moment">
  <xsl:param name="value"/>
  <xsl:variable name="digits" select="substring-before(concat(translate($value, '-', '+'), '+'), '+')"/>
  <xsl:variable name="month" select="substring($digits, 5, 2)"/>
  <xsl:choose>
    <xsl:when test="$digits = '' or translate($digits, '0123456789.', '') != ''"/>
    <xsl:otherwise>
      <xsl:if test="string-length($digits) &gt;= 8">
        <xsl:value-of select="number(substring($digits, 7, 2))"/>
        <xsl:if test="$lang = 'fr' and substring($digits, 7, 2) = '01'">er</xsl:if>
        <xsl:text> </xsl:text>
      </xsl:if>
      <xsl:if test="string-length($digits) &gt;= 6">
        <xsl:call-template name="month"><xsl:with-param name="number" select="number($month)"/></xsl:call-template>
        <xsl:text> </xsl:text>
      </xsl:if>
      <xsl:value-of select="substring($digits, 1, 4)"/>
      <xsl:if test="string-length($digits) &gt;= 12">
        <xsl:call-template name="word"><xsl:with-param name="key" select="'at'"/></xsl:call-template>
        <xsl:value-of select="concat(substring($digits, 9, 2), ':', substring($digits, 11, 2))"/>
      </xsl:if>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="month">
  <xsl:param name="number"/>
  <xsl:variable name="names">
    <xsl:call-template name="pick">
      <xsl:with-param name="fr" select="'janvier  février  mars     avril    mai      juin     juillet  août     septembreoctobre  novembre décembre '"/>
      <xsl:with-param name="en" select="'January  February March    April    May      June     July     August   SeptemberOctober  November December '"/>
    </xsl:call-template>
  </xsl:variable>
  <xsl:value-of select="normalize-space(substring($names, ($number - 1) * 9 + 1, 9))"/>
</xsl:template>

<!-- An effectiveTime or time: a point, or a period. -->
<xsl:template name="period">
  <xsl:choose>
    <xsl:when test="@value"><xsl:call-template name="moment"><xsl:with-param name="value" select="@value"/></xsl:call-template></xsl:when>
    <xsl:when test="string-length(*[local-name() = 'high']/@value) &gt;= 12 and substring(*[local-name() = 'low']/@value, 1, 8) = substring(*[local-name() = 'high']/@value, 1, 8)">
      <xsl:call-template name="moment"><xsl:with-param name="value" select="*[local-name() = 'low']/@value"/></xsl:call-template>
      <xsl:if test="substring(*[local-name() = 'low']/@value, 9, 4) != substring(*[local-name() = 'high']/@value, 9, 4)">
        <xsl:text> – </xsl:text>
        <xsl:value-of select="concat(substring(*[local-name() = 'high']/@value, 9, 2), ':', substring(*[local-name() = 'high']/@value, 11, 2))"/>
      </xsl:if>
    </xsl:when>
    <xsl:when test="*[local-name() = 'low']/@value and *[local-name() = 'high']/@value">
      <xsl:call-template name="word"><xsl:with-param name="key" select="'from'"/></xsl:call-template>
      <xsl:call-template name="moment"><xsl:with-param name="value" select="*[local-name() = 'low']/@value"/></xsl:call-template>
      <xsl:call-template name="word"><xsl:with-param name="key" select="'to'"/></xsl:call-template>
      <xsl:call-template name="moment"><xsl:with-param name="value" select="*[local-name() = 'high']/@value"/></xsl:call-template>
    </xsl:when>
    <xsl:when test="*[local-name() = 'low']/@value">
      <xsl:call-template name="moment"><xsl:with-param name="value" select="*[local-name() = 'low']/@value"/></xsl:call-template>
    </xsl:when>
    <xsl:when test="*[local-name() = 'high']/@value">
      <xsl:call-template name="word"><xsl:with-param name="key" select="'until'"/></xsl:call-template>
      <xsl:call-template name="moment"><xsl:with-param name="value" select="*[local-name() = 'high']/@value"/></xsl:call-template>
    </xsl:when>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
