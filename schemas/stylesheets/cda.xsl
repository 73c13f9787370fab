<?xml version="1.0" encoding="UTF-8"?>
<!--
  A CDA R2 document as an HTML fragment that a person can read: header facts, then the sections of a
  structured body. Runs without any access to files or network. Nothing of the source becomes markup,
  a script or an address: text stays text, only elements written here come out, links to elsewhere are
  shown as text, and attached objects are named by their place in the document ($media followed by n).
  Parameters: lang (fr or en), media (start of the addresses of attached objects).
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:c="urn:hl7-org:v3"
    exclude-result-prefixes="c">
<xsl:import href="cda-words.xsl"/>
<xsl:import href="cda-people.xsl"/>
<xsl:import href="cda-header.xsl"/>
<xsl:import href="cda-narrative.xsl"/>
<xsl:output method="html" encoding="UTF-8" indent="no"/>
<xsl:param name="lang" select="'fr'"/>
<xsl:param name="media" select="''"/>

<xsl:template match="/">
  <xsl:apply-templates select="/c:ClinicalDocument | /*/c:ClinicalDocument[1]"/>
</xsl:template>

<xsl:template match="c:ClinicalDocument">
  <div class="cda">
    <xsl:call-template name="language"/>
    <xsl:call-template name="header"/>
    <xsl:for-each select="c:component/c:structuredBody">
      <div class="cda-body">
        <xsl:apply-templates select="c:component/c:section"/>
      </div>
    </xsl:for-each>
  </div>
</xsl:template>

<!-- The language of the document, which need not be that of the page around it. -->
<xsl:template name="language">
  <xsl:variable name="code" select="substring(c:languageCode/@code, 1, 2)"/>
  <xsl:if test="string-length($code) = 2 and translate($code, 'abcdefghijklmnopqrstuvwxyz', '') = ''">
    <xsl:attribute name="lang"><xsl:value-of select="$code"/></xsl:attribute>
  </xsl:if>
</xsl:template>

<!-- Sections nest without end in the source; headings only go from h3 to h6. -->
<xsl:template match="c:section">
  <xsl:variable name="depth" select="count(ancestor::c:section)"/>
  <div class="cda-section">
    <xsl:if test="normalize-space(c:title) != ''">
      <xsl:choose>
        <xsl:when test="$depth = 0"><h3><xsl:apply-templates select="c:title" mode="narrative"/></h3></xsl:when>
        <xsl:when test="$depth = 1"><h4><xsl:apply-templates select="c:title" mode="narrative"/></h4></xsl:when>
        <xsl:when test="$depth = 2"><h5><xsl:apply-templates select="c:title" mode="narrative"/></h5></xsl:when>
        <xsl:otherwise><h6><xsl:apply-templates select="c:title" mode="narrative"/></h6></xsl:otherwise>
      </xsl:choose>
    </xsl:if>
    <xsl:if test="c:author/c:assignedAuthor/c:assignedPerson">
      <p class="cda-by">
        <xsl:call-template name="word"><xsl:with-param name="key" select="'author'"/></xsl:call-template>
        <xsl:call-template name="colon"/>
        <xsl:for-each select="c:author/c:assignedAuthor">
          <xsl:if test="position() &gt; 1">, </xsl:if>
          <xsl:call-template name="person"/>
        </xsl:for-each>
      </p>
    </xsl:if>
    <xsl:apply-templates select="c:text" mode="narrative"/>
    <xsl:apply-templates select="c:component/c:section"/>
  </div>
</xsl:template>
</xsl:stylesheet>
