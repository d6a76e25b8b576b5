import type { Language } from '../domain/language.ts'

/** Around every message: mustache, with the body already rendered. */
export const TEXT_LAYOUT: Readonly<Record<Language, string>> = {
  en: `Hello {{name}},

{{body}}

Your {{shop}} team
`,
  de: `Hallo {{name}},

{{body}}

Ihr {{shop}}-Team
`,
}

const GREETING: Readonly<Record<Language, string>> = {
  en: '<p>Hello {{name}},</p>',
  de: '<p>Hallo {{name}},</p>',
}

const SIGNATURE: Readonly<Record<Language, string>> = {
  en: '<p>Your {{shop}} team</p>',
  de: '<p>Ihr {{shop}}-Team</p>',
}

const BODY_STYLE = 'margin:0;padding:24px;background:#f4f4f2;color:#222;font:16px/1.5 sans-serif'
const CARD_STYLE = 'max-width:560px;margin:0 auto;padding:24px;background:#fff;border-radius:8px'

/** The `body` is HTML that was escaped where it was rendered, so it alone goes in as it is. */
export function htmlLayout(language: Language): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{subject}}</title>
</head>
<body style="${BODY_STYLE}">
<div style="${CARD_STYLE}">
${GREETING[language]}
{{{body}}}
${SIGNATURE[language]}
</div>
</body>
</html>
`
}

/** Pieces that several templates include, in text and in HTML, by name. */
export const TEXT_PARTIALS: Readonly<Record<string, string>> = {
  lines: `{{#lines}}
{{quantity}} x {{product}}: {{amount}}
{{/lines}}`,
  address: `{{#address}}
{{.}}
{{/address}}`,
}

export const HTML_PARTIALS: Readonly<Record<string, string>> = {
  lines: `<table style="width:100%;border-collapse:collapse">
{{#lines}}
<tr><td>{{quantity}} &times; {{product}}</td><td style="text-align:right">{{amount}}</td></tr>
{{/lines}}
</table>
`,
  address: `<p>{{#address}}{{.}}<br>{{/address}}</p>
`,
}
