<?xml version="1.0" encoding="UTF-8"?>
<!-- The header block: who the document is about, what it documents, who wrote and signed it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:c="urn:hl7-org:v3"
    exclude-result-prefixes="c">

<xsl:template name="header">
  <div class="cda-head">
    <p class="cda-title"><xsl:value-of select="normalize-space(c:title)"/></p>
    <xsl:apply-templates select="c:recordTarget/c:patientRole"/>
    <dl class="cda-facts">
      <xsl:call-template name="document-facts"/>
      <xsl:call-template name="act-facts"/>
    </dl>
    <xsl:call-template name="more-people"/>
  </div>
</xsl:template>

<!-- One row; not shown when there is nothing to say. -->
<xsl:template name="fact">
  <xsl:param name="key"/>
  <xsl:param name="value"/>
  <xsl:if test="normalize-space($value) != ''">
    <div>
      <dt><xsl:call-template name="word"><xsl:with-param name="key" select="$key"/></xsl:call-template></dt>
      <dd><xsl:copy-of select="$value"/></dd>
    </div>
  </xsl:if>
</xsl:template>

<xsl:template match="c:patientRole">
  <xsl:variable name="names" select="c:patient/c:name"/>
  <xsl:variable name="used" select="$names/c:family[@qualifier = 'CL' or @qualifier = 'SP'][1]"/>
  <xsl:variable name="birth" select="$names/c:family[@qualifier = 'BR'][1]"/>
  <xsl:variable name="given" select="($names/c:given[@qualifier = 'CL'] | $names/c:given[@qualifier = 'BR'][not($names/c:given[@qualifier = 'CL'])] | $names/c:given[not(@qualifier)][not($names/c:given[@qualifier])])[1]"/>
  <div class="cda-patient">
    <p class="cda-name">
      <span class="hidden"><xsl:call-template name="word"><xsl:with-param name="key" select="'patient'"/></xsl:call-template><xsl:call-template name="colon"/></span>
      <xsl:choose>
        <xsl:when test="$used"><xsl:value-of select="normalize-space(concat($used, ' ', $given))"/></xsl:when>
        <xsl:when test="$birth"><xsl:value-of select="normalize-space(concat($birth, ' ', $given))"/></xsl:when>
        <xsl:otherwise><xsl:for-each select="$names[1]"><xsl:call-template name="name"/></xsl:for-each></xsl:otherwise>
      </xsl:choose>
    </p>
    <dl class="cda-facts">
      <xsl:call-template name="fact"><xsl:with-param name="key" select="'birth_name'"/><xsl:with-param name="value" select="normalize-space($birth)"/></xsl:call-template>
      <xsl:call-template name="fact"><xsl:with-param name="key" select="'birth_given'"/><xsl:with-param name="value" select="normalize-space($names/c:given[not(@qualifier)][1])"/></xsl:call-template>
      <xsl:call-template name="fact">
        <xsl:with-param name="key" select="'born'"/>
        <xsl:with-param name="value"><xsl:call-template name="moment"><xsl:with-param name="value" select="c:patient/c:birthTime/@value"/></xsl:call-template></xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="fact">
        <xsl:with-param name="key" select="'sex'"/>
        <xsl:with-param name="value"><xsl:call-template name="word"><xsl:with-param name="key" select="c:patient/c:administrativeGenderCode/@code"/></xsl:call-template></xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="fact"><xsl:with-param name="key" select="'ins'"/><xsl:with-param name="value"><span class="cda-number"><xsl:value-of select="c:id[starts-with(@root, '1.2.250.1.213.1.4.')]/@extension"/></span></xsl:with-param></xsl:call-template>
    </dl>
  </div>
</xsl:template>

<xsl:template name="document-facts">
  <xsl:call-template name="fact">
    <xsl:with-param name="key" select="'date'"/>
    <xsl:with-param name="value">
      <xsl:for-each select="c:effectiveTime"><xsl:call-template name="period"/></xsl:for-each>
      <xsl:if test="c:versionNumber/@value &gt; 1"> · Version <xsl:value-of select="c:versionNumber/@value"/></xsl:if>
    </xsl:with-param>
  </xsl:call-template>
  <xsl:for-each select="c:author/c:assignedAuthor">
    <xsl:call-template name="fact">
      <xsl:with-param name="key" select="'author'"/>
      <xsl:with-param name="value"><xsl:call-template name="person"/></xsl:with-param>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:call-template name="fact">
    <xsl:with-param name="key" select="'signed'"/>
    <xsl:with-param name="value">
      <xsl:for-each select="c:legalAuthenticator/c:assignedEntity"><xsl:call-template name="person"/></xsl:for-each>
    </xsl:with-param>
  </xsl:call-template>
</xsl:template>

<xsl:template name="act-facts">
  <xsl:call-template name="fact">
    <xsl:with-param name="key" select="'act'"/>
    <xsl:with-param name="value">
      <xsl:for-each select="c:documentationOf/c:serviceEvent">
        <span class="cda-line"><xsl:value-of select="c:code/@displayName"/></span>
        <xsl:if test="c:effectiveTime//@value">
          <span class="cda-where"><xsl:for-each select="c:effectiveTime[1]"><xsl:call-template name="period"/></xsl:for-each></span>
        </xsl:if>
      </xsl:for-each>
    </xsl:with-param>
  </xsl:call-template>
  <xsl:for-each select="c:componentOf/c:encompassingEncounter">
    <xsl:call-template name="fact">
      <xsl:with-param name="key" select="'encounter'"/>
      <xsl:with-param name="value">
        <xsl:value-of select="c:code/@displayName"/>
        <xsl:if test="c:effectiveTime//@value">
          <span class="cda-where"><xsl:for-each select="c:effectiveTime"><xsl:call-template name="period"/></xsl:for-each></span>
        </xsl:if>
        <xsl:for-each select="c:location/c:healthCareFacility[c:location/c:name or c:code/@displayName]">
          <span class="cda-where"><xsl:value-of select="normalize-space(concat(c:location/c:name, ' ', c:code/@displayName))"/></span>
        </xsl:for-each>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="more-people">
  <details class="cda-more">
    <summary><xsl:call-template name="word"><xsl:with-param name="key" select="'more'"/></xsl:call-template></summary>
    <dl class="cda-facts">
      <xsl:call-template name="fact">
        <xsl:with-param name="key" select="'address'"/>
        <xsl:with-param name="value"><xsl:for-each select="c:recordTarget/c:patientRole"><xsl:call-template name="contact"/></xsl:for-each></xsl:with-param>
      </xsl:call-template>
      <xsl:for-each select="c:documentationOf/c:serviceEvent/c:performer/c:assignedEntity">
        <xsl:call-template name="fact"><xsl:with-param name="key" select="'performer'"/><xsl:with-param name="value"><xsl:call-template name="person"/></xsl:with-param></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:informationRecipient/c:intendedRecipient">
        <xsl:call-template name="fact"><xsl:with-param name="key" select="'recipient'"/><xsl:with-param name="value"><xsl:call-template name="person"/><xsl:call-template name="contact"/></xsl:with-param></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:participant/c:associatedEntity">
        <xsl:call-template name="fact">
          <xsl:with-param name="key"><xsl:choose><xsl:when test="../@typeCode = 'REF'">prescriber</xsl:when><xsl:otherwise>participant</xsl:otherwise></xsl:choose></xsl:with-param>
          <xsl:with-param name="value"><xsl:call-template name="person"/><xsl:call-template name="contact"/></xsl:with-param>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:informant/c:assignedEntity | c:informant/c:relatedEntity">
        <xsl:call-template name="fact"><xsl:with-param name="key" select="'informant'"/><xsl:with-param name="value"><xsl:call-template name="person"/></xsl:with-param></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:custodian/c:assignedCustodian/c:representedCustodianOrganization">
        <xsl:call-template name="fact"><xsl:with-param name="key" select="'custodian'"/><xsl:with-param name="value"><xsl:value-of select="normalize-space(c:name)"/><xsl:call-template name="contact"/></xsl:with-param></xsl:call-template>
      </xsl:for-each>
    </dl>
  </details>
</xsl:template>
</xsl:stylesheet>
