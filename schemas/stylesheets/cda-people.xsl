<?xml version="1.0" encoding="UTF-8"?>
<!-- Names of people and structures, addresses. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:c="urn:hl7-org:v3"
    exclude-result-prefixes="c">

<!-- A PN: its parts when it has parts, else its text. -->
<xsl:template name="name">
  <xsl:choose>
    <xsl:when test="c:family or c:given">
      <xsl:value-of select="normalize-space(concat(c:prefix[1], ' ', c:given[1], ' ', c:family[1], ' ', c:suffix[1]))"/>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="normalize-space(.)"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- On an assignedAuthor, assignedEntity, associatedEntity or intendedRecipient: who, as what, of where. -->
<xsl:template name="person">
  <xsl:variable name="name" select="(c:assignedPerson | c:associatedPerson | c:informationRecipient | c:relatedPerson)/c:name"/>
  <xsl:variable name="device" select="c:assignedAuthoringDevice"/>
  <xsl:variable name="structure" select="(c:representedOrganization | c:scopingOrganization | c:receivedOrganization)[1]"/>
  <xsl:choose>
    <xsl:when test="$name"><xsl:for-each select="$name[1]"><xsl:call-template name="name"/></xsl:for-each></xsl:when>
    <xsl:when test="$device"><xsl:value-of select="normalize-space(concat($device/c:softwareName, ' ', $device/c:manufacturerModelName))"/></xsl:when>
    <xsl:when test="c:id/@extension"><xsl:value-of select="c:id/@extension"/></xsl:when>
  </xsl:choose>
  <xsl:if test="c:code/@displayName">
    <xsl:text> </xsl:text><span class="cda-quiet"><xsl:value-of select="c:code/@displayName"/></span>
  </xsl:if>
  <xsl:if test="normalize-space($structure/c:name[1]) != ''">
    <span class="cda-where"><xsl:value-of select="normalize-space($structure/c:name[1])"/></span>
  </xsl:if>
</xsl:template>

<xsl:template name="contact">
  <xsl:for-each select="c:addr[*[normalize-space(.) != '']]">
    <span class="cda-where">
      <xsl:for-each select="*[normalize-space(.) != '']">
        <xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if>
        <xsl:value-of select="normalize-space(.)"/>
      </xsl:for-each>
    </span>
  </xsl:for-each>
  <xsl:for-each select="c:telecom[@value]">
    <span class="cda-where">
      <xsl:choose>
        <xsl:when test="contains(@value, ':')"><xsl:value-of select="substring-after(@value, ':')"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="@value"/></xsl:otherwise>
      </xsl:choose>
    </span>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
