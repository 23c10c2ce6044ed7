import { locale, say, t } from '@/i18n'
import { dateWords, timeOfDay, type Moment } from '@/i18n/format'
import type { Said } from './types'
import { aboutWords, whereWords } from './words'

/** 11月27日 周五 18:00: in a group it is read tomorrow as well, so nothing is said as "today". */
function plainTime(moment: Moment): string {
  return t('bulletin.group_time', { day: dateWords(moment, locale.value), time: timeOfDay(moment) })
}

/** The bulletin as a message for a group of neighbours: what stands in it everybody may read, and no person is named. */
export function groupText(b: Said): string {
  const what = aboutWords(b.category)
  const party = b.party.name ? [t('bulletin.group_party', { party: b.party.name })] : []
  if (b.ended_at) {
    return [t('bulletin.group_over', { what }), whereWords(b), t('bulletin.group_ended', { at: plainTime(b.ended_at), why: b.why ?? '' }), t('bulletin.group_still'), ...party].join('\n')
  }
  const to = say.date(b.from_at) === say.date(b.until_at) ? timeOfDay(b.until_at) : plainTime(b.until_at)
  return [
    t('bulletin.group_head', { what }),
    whereWords(b),
    t('bulletin.group_span', { from: plainTime(b.from_at), to }),
    b.text,
    ...(b.changes && b.why ? [t('bulletin.moved', { why: b.why })] : []),
    ...(b.meanwhile ? [t('bulletin.meanwhile_is', { words: b.meanwhile })] : []),
    b.party.phone24 ? t('bulletin.group_ask', { phone: b.party.phone24 }) : t('bulletin.group_still'),
    ...party,
  ].join('\n')
}
