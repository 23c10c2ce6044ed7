import { account, signOut } from '@/app/session'
import { locale, t } from '@/i18n'
import { draftsOf } from '@/outbox/drafts'
import { itemsOf } from '@/outbox/store'
import { ask } from '@/ui/ask'

/** Signs out. What would stay on this phone is told before, and who can read it there; false where the person rather stays. */
export async function leave(): Promise<boolean> {
  const owner = account.value?.id ?? 0
  const [unsent, begun] = await Promise.all([
    itemsOf(owner).then((items) => items.filter((item) => item.state !== 'sent').length, () => 0),
    draftsOf(owner).catch(() => 0),
  ])
  if (unsent || begun) {
    const told = [unsent && t('people.sign_out_unsent', { n: unsent }), begun && t('people.sign_out_begun', { n: begun }), t('people.sign_out_ask_hint')]
    const sure = await ask({
      title: t('people.sign_out_ask'),
      text: told.filter(Boolean).join(locale.value === 'en' ? ' ' : ''),
      yes: t('people.sign_out_anyway'),
      no: t('people.stay'),
      danger: true,
    })
    if (!sure) return false
  }
  await signOut()
  return true
}
