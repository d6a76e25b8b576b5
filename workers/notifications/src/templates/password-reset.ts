import type { EventData } from '@kiosk/contracts/events'
import type { Template } from './template.ts'

export const passwordReset: Template<EventData<'user.password_reset_requested'>> = {
  name: 'password_reset',
  topic: 'account',
  values: (request, format) => ({
    deadline: format.moment(request.expiresAt),
    url: format.link(`/reset-password?token=${encodeURIComponent(request.token)}`),
  }),
  texts: {
    en: {
      subject: 'Choose a new password',
      text: `somebody, probably you, wants a new password for your account. Choose it here until
{{deadline}}:

{{url}}

If that was not you, ignore this message: your password stays as it is.`,
      html: `<p>somebody, probably you, wants a new password for your account. Choose it until
{{deadline}}:</p>
<p><a href="{{url}}">Choose a new password</a></p>
<p>If that was not you, ignore this message: your password stays as it is.</p>`,
      sms: '{{shop}}: choose a new password until {{deadline}}: {{url}}',
    },
    de: {
      subject: 'Neues Passwort wählen',
      text: `jemand, wahrscheinlich Sie, möchte ein neues Passwort für Ihr Konto. Wählen Sie es hier bis
{{deadline}}:

{{url}}

Waren Sie das nicht? Dann tun Sie nichts: Ihr Passwort bleibt, wie es ist.`,
      html: `<p>jemand, wahrscheinlich Sie, möchte ein neues Passwort für Ihr Konto. Wählen Sie es bis
{{deadline}}:</p>
<p><a href="{{url}}">Neues Passwort wählen</a></p>
<p>Waren Sie das nicht? Dann tun Sie nichts: Ihr Passwort bleibt, wie es ist.</p>`,
      sms: '{{shop}}: Neues Passwort wählen bis {{deadline}}: {{url}}',
    },
  },
}
