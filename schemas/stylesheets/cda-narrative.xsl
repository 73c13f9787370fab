<?xml version="1.0" encoding="UTF-8"?>
<!--
  The narrative block (StrucDoc.Text). An element that is not one of ours gives its text only.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:c="urn:hl7-org:v3"
    exclude-result-prefixes="c">
<xsl:key name="target" match="c:text//*[@ID]" use="@ID"/>
<xsl:key name="wanted" match="c:linkHtml[starts-with(@href, '#')]" use="substring(@href, 2)"/>
<xsl:key name="note" match="c:footnoteRef" use="@IDREF"/>
<xsl:key name="media" match="c:observationMedia | c:regionOfInterest" use="@ID"/>
<xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"/>
<xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyz'"/>

<xsl:template match="c:text" mode="narrative">
  <div class="cda-text"><xsl:apply-templates mode="narrative"/></div>
</xsl:template>

<xsl:template match="c:title" mode="narrative"><xsl:value-of select="normalize-space(.)"/></xsl:template>

<xsl:template match="*" mode="narrative"><xsl:apply-templates mode="narrative"/></xsl:template>

<!-- An id comes out only when something in the document leads to it, and once. -->
<xsl:template name="anchor">
  <xsl:if test="@ID and (key('wanted', @ID) or key('note', @ID)) and not(contains(@ID, ' ')) and generate-id() = generate-id(key('target', @ID)[1])">
    <xsl:attribute name="id"><xsl:value-of select="concat('cda-', @ID)"/></xsl:attribute>
  </xsl:if>
</xsl:template>

<xsl:template match="c:paragraph" mode="narrative">
  <xsl:choose>
    <xsl:when test=".//c:table or .//c:list or .//c:paragraph or .//c:renderMultiMedia or ancestor::c:paragraph">
      <div class="cda-paragraph"><xsl:call-template name="anchor"/><xsl:apply-templates mode="narrative"/></div>
    </xsl:when>
    <xsl:otherwise>
      <p><xsl:call-template name="anchor"/><xsl:apply-templates mode="narrative"/></p>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="c:caption" mode="narrative">
  <strong class="cda-caption"><xsl:apply-templates mode="narrative"/></strong>
</xsl:template>

<!-- styleCode: the styles that carry a meaning, whatever the case they are written in. -->
<xsl:template match="c:content" mode="narrative">
  <xsl:variable name="style" select="translate(@styleCode, $upper, $lower)"/>
  <xsl:choose>
    <xsl:when test=".//c:table or .//c:list or .//c:paragraph or .//c:renderMultiMedia">
      <div><xsl:call-template name="anchor"/><xsl:apply-templates mode="narrative"/></div>
    </xsl:when>
    <xsl:when test="@revised = 'delete'"><del><xsl:apply-templates mode="narrative"/></del></xsl:when>
    <xsl:when test="@revised = 'insert'"><ins><xsl:apply-templates mode="narrative"/></ins></xsl:when>
    <xsl:when test="contains($style, 'bold') and (contains($style, 'italic') or contains($style, 'emphasis'))">
      <strong><xsl:call-template name="anchor"/><em><xsl:apply-templates mode="narrative"/></em></strong>
    </xsl:when>
    <xsl:when test="contains($style, 'bold')"><strong><xsl:call-template name="anchor"/><xsl:apply-templates mode="narrative"/></strong></xsl:when>
    <xsl:when test="contains($style, 'italic') or contains($style, 'emphasis')"><em><xsl:call-template name="anchor"/><xsl:apply-templates mode="narrative"/></em></xsl:when>
    <xsl:when test="contains($style, 'underline')"><span class="cda-underline"><xsl:call-template name="anchor"/><xsl:apply-templates mode="narrative"/></span></xsl:when>
    <xsl:otherwise><span><xsl:call-template name="anchor"/><xsl:apply-templates mode="narrative"/></span></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="c:sub" mode="narrative"><sub><xsl:apply-templates mode="narrative"/></sub></xsl:template>
<xsl:template match="c:sup" mode="narrative"><sup><xsl:apply-templates mode="narrative"/></sup></xsl:template>
<xsl:template match="c:br" mode="narrative"><br/></xsl:template>

<xsl:template match="c:list" mode="narrative">
  <xsl:apply-templates select="c:caption" mode="narrative"/>
  <xsl:variable name="style" select="@styleCode"/>
  <xsl:choose>
    <xsl:when test="not(c:item)"/>
    <xsl:when test="@listType = 'ordered'">
      <ol>
        <xsl:choose>
          <xsl:when test="$style = 'LittleRoman'"><xsl:attribute name="type">i</xsl:attribute></xsl:when>
          <xsl:when test="$style = 'BigRoman'"><xsl:attribute name="type">I</xsl:attribute></xsl:when>
          <xsl:when test="$style = 'LittleAlpha'"><xsl:attribute name="type">a</xsl:attribute></xsl:when>
          <xsl:when test="$style = 'BigAlpha'"><xsl:attribute name="type">A</xsl:attribute></xsl:when>
        </xsl:choose>
        <xsl:apply-templates select="c:item" mode="narrative"/>
      </ol>
    </xsl:when>
    <xsl:otherwise><ul><xsl:apply-templates select="c:item" mode="narrative"/></ul></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="c:item" mode="narrative">
  <li><xsl:call-template name="anchor"/><xsl:apply-templates mode="narrative"/></li>
</xsl:template>

<!-- A wide table scrolls in its own frame, which the keyboard reaches. -->
<xsl:template match="c:table" mode="narrative">
  <div class="cda-scroll" role="group" tabindex="0">
    <xsl:attribute name="aria-label">
      <xsl:call-template name="word"><xsl:with-param name="key" select="'table'"/></xsl:call-template>
      <xsl:variable name="called" select="normalize-space((c:caption | ancestor::c:section[1]/c:title)[last()])"/>
      <xsl:if test="$called != ''"><xsl:call-template name="colon"/><xsl:value-of select="$called"/></xsl:if>
    </xsl:attribute>
    <table>
      <xsl:call-template name="anchor"/>
      <xsl:if test="c:caption"><caption><xsl:apply-templates select="c:caption/node()" mode="narrative"/></caption></xsl:if>
      <xsl:apply-templates select="c:thead" mode="narrative"/>
      <xsl:apply-templates select="c:tbody | c:tr" mode="narrative"/>
      <xsl:apply-templates select="c:tfoot" mode="narrative"/>
    </table>
  </div>
</xsl:template>

<xsl:template match="c:thead" mode="narrative"><thead><xsl:apply-templates select="c:tr" mode="narrative"/></thead></xsl:template>
<xsl:template match="c:tbody" mode="narrative"><tbody><xsl:apply-templates select="c:tr" mode="narrative"/></tbody></xsl:template>
<xsl:template match="c:tfoot" mode="narrative"><tfoot><xsl:apply-templates select="c:tr" mode="narrative"/></tfoot></xsl:template>
<xsl:template match="c:tr" mode="narrative">
  <tr><xsl:call-template name="anchor"/><xsl:apply-templates select="c:th | c:td" mode="narrative"/></tr>
</xsl:template>

<!-- An empty heading cell heads nothing: it is a plain cell. -->
<xsl:template match="c:th" mode="narrative">
  <xsl:choose>
    <xsl:when test="normalize-space(.) = ''"><td><xsl:call-template name="cell"/></td></xsl:when>
    <xsl:otherwise>
      <th>
        <xsl:attribute name="scope"><xsl:choose><xsl:when test="ancestor::c:thead">col</xsl:when><xsl:otherwise>row</xsl:otherwise></xsl:choose></xsl:attribute>
        <xsl:call-template name="cell"/>
      </th>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="c:td" mode="narrative"><td><xsl:call-template name="cell"/></td></xsl:template>

<xsl:template name="cell">
  <xsl:call-template name="anchor"/>
  <xsl:if test="@colspan &gt; 1 and @colspan &lt; 100"><xsl:attribute name="colspan"><xsl:value-of select="round(@colspan)"/></xsl:attribute></xsl:if>
  <xsl:if test="@rowspan &gt; 1 and @rowspan &lt; 1000"><xsl:attribute name="rowspan"><xsl:value-of select="round(@rowspan)"/></xsl:attribute></xsl:if>
  <xsl:if test="@align = 'right' or @align = 'center'"><xsl:attribute name="class"><xsl:value-of select="concat('cda-', @align)"/></xsl:attribute></xsl:if>
  <xsl:apply-templates mode="narrative"/>
</xsl:template>

<!-- Within the document a link works; a link to elsewhere is its text and its address, to be read only. -->
<xsl:template match="c:linkHtml" mode="narrative">
  <xsl:variable name="goal" select="substring(@href, 2)"/>
  <xsl:variable name="shown" select="normalize-space(.)"/>
  <xsl:choose>
    <xsl:when test="starts-with(@href, '#') and key('target', $goal) and not(contains($goal, ' ')) and $shown != ''">
      <a href="#cda-{$goal}"><xsl:apply-templates mode="narrative"/></a>
    </xsl:when>
    <xsl:otherwise>
      <span class="cda-link">
        <xsl:apply-templates mode="narrative"/>
        <xsl:if test="not(starts-with(@href, '#')) and normalize-space(@href) != $shown and not(starts-with(translate(@href, $upper, $lower), 'javascript')) and not(starts-with(translate(@href, $upper, $lower), 'data'))">
          <xsl:text> </xsl:text><span class="cda-quiet">(<xsl:value-of select="@href"/>)</span>
        </xsl:if>
      </span>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="c:footnote" mode="narrative">
  <span class="cda-footnote"><xsl:call-template name="anchor"/><xsl:text> [</xsl:text><xsl:apply-templates mode="narrative"/><xsl:text>] </xsl:text></span>
</xsl:template>

<xsl:template match="c:footnoteRef" mode="narrative">
  <xsl:if test="key('target', @IDREF) and not(contains(@IDREF, ' '))">
    <sup><a href="#cda-{@IDREF}">note</a></sup>
  </xsl:if>
</xsl:template>

<!-- The object that a renderMultiMedia names; a region of interest leads to the picture inside it. -->
<xsl:template match="c:renderMultiMedia" mode="narrative">
  <xsl:variable name="object" select="key('media', @referencedObject)[1]"/>
  <xsl:variable name="value" select="($object/self::c:observationMedia/c:value | $object/self::c:regionOfInterest//c:observationMedia/c:value)[1]"/>
  <xsl:variable name="place" select="count($value/preceding::c:observationMedia) + 1"/>
  <xsl:variable name="kind" select="translate($value/@mediaType, $upper, $lower)"/>
  <xsl:variable name="caption"><xsl:apply-templates select="c:caption/node()" mode="narrative"/></xsl:variable>
  <xsl:choose>
    <xsl:when test="not($value) or normalize-space($value) = ''">
      <span class="cda-quiet"><xsl:call-template name="word"><xsl:with-param name="key" select="'absent'"/></xsl:call-template></span>
    </xsl:when>
    <xsl:when test="$kind = 'image/png' or $kind = 'image/jpeg' or $kind = 'image/gif'">
      <span class="cda-figure">
        <img src="{$media}{$place}" loading="lazy">
          <xsl:attribute name="alt">
            <xsl:choose>
              <xsl:when test="normalize-space($caption) != ''"><xsl:value-of select="normalize-space($caption)"/></xsl:when>
              <xsl:otherwise><xsl:call-template name="word"><xsl:with-param name="key" select="'image'"/></xsl:call-template></xsl:otherwise>
            </xsl:choose>
          </xsl:attribute>
        </img>
      </span>
    </xsl:when>
    <xsl:otherwise>
      <a class="cda-attached" href="{$media}{$place}">
        <xsl:call-template name="word"><xsl:with-param name="key" select="'attached'"/></xsl:call-template>
        <xsl:text> </xsl:text><xsl:value-of select="$place"/>
        <xsl:if test="$kind = 'application/pdf'"> (PDF)</xsl:if>
      </a>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
