const INK = '#1f2937'
const LINE = '#4b5563'

/**
 * How Mermaid draws: on white, so that a picture can be read in a light and in a dark page. The fonts have
 * nearly the same widths wherever one of them is found, so that no text outgrows its box elsewhere.
 */
export const STYLE = {
  startOnLoad: false,
  deterministicIds: true,
  theme: 'base',
  look: 'classic',
  fontFamily: 'Verdana, "DejaVu Sans", Geneva, sans-serif',
  // Text as text: what HTML needs is not shown where a picture is an <img>.
  htmlLabels: false,
  themeVariables: {
    fontSize: '14px',
    useGradient: false,
    dropShadow: 'none',
    primaryColor: '#e0ecff',
    primaryBorderColor: '#3b6fd4',
    primaryTextColor: INK,
    secondaryColor: '#fef3c7',
    tertiaryColor: '#f8fafc',
    tertiaryBorderColor: '#cbd5e1',
    lineColor: LINE,
    textColor: INK,
    edgeLabelBackground: '#ffffff',
    clusterBkg: '#f8fafc',
    clusterBorder: '#cbd5e1',
    noteBkgColor: '#fef9c3',
    noteBorderColor: '#d6b93c',
    actorLineColor: '#cbd5e1',
    labelBoxBkgColor: '#fee2e2',
    labelBoxBorderColor: '#dc6b6b',
  },
  themeCSS: [
    // A label hides the line that it belongs to.
    '.edgeLabel rect, .labelBkg, .background { fill: #ffffff !important; opacity: 1 !important }',
    // The name of a state stands in the middle; as text it would begin at the left.
    '.statediagram-state .label { transform: translate(0px, -8px); text-anchor: middle }',
    '* { filter: none !important }',
  ].join('\n'),
  flowchart: {
    htmlLabels: false,
    useMaxWidth: false,
    padding: 12,
    nodeSpacing: 36,
    rankSpacing: 70,
    wrappingWidth: 260,
  },
  sequence: {
    useMaxWidth: false,
    mirrorActors: true,
    actorMargin: 24,
    width: 112,
    height: 40,
    messageMargin: 28,
    boxMargin: 8,
    noteMargin: 8,
  },
  state: { useMaxWidth: false, nodeSpacing: 70, rankSpacing: 60 },
  er: { useMaxWidth: false },
} as const
