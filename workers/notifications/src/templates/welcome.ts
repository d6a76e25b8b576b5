import type { EventData } from '@kiosk/contracts/events'
import type { Template } from './template.ts'

export const welcome: Template<EventData<'user.registered'>> = {
  name: 'welcome',
  topic: 'account',
  values: (user, format) => ({ email: user.email, url: format.link('/') }),
  texts: {
    en: {
      subject: 'Welcome to {{shop}}',
      text: `your account for {{email}} is ready. Have fun looking around:
{{url}}

If that was not you, please answer this message.`,
      html: `<p>your account for {{email}} is ready. Have fun looking around!</p>
<p><a href="{{url}}">To the shop</a></p>
<p>If that was not you, please answer this message.</p>`,
      sms: 'Welcome to {{shop}}! Your account is ready. {{url}}',
    },
    de: {
      subject: 'Willkommen bei {{shop}}',
      text: `Ihr Konto für {{email}} ist bereit. Viel Spaß beim Stöbern:
{{url}}

Waren Sie das nicht? Dann antworten Sie bitte auf diese Nachricht.`,
      html: `<p>Ihr Konto für {{email}} ist bereit. Viel Spaß beim Stöbern!</p>
<p><a href="{{url}}">Zum Shop</a></p>
<p>Waren Sie das nicht? Dann antworten Sie bitte auf diese Nachricht.</p>`,
      sms: 'Willkommen bei {{shop}}! Ihr Konto ist bereit. {{url}}',
    },
  },
}
