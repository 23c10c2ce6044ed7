import { computed, ref } from 'vue'
import { locale, setLocale, type Locale } from '@/i18n'
import { readSetting, writeSetting } from './device'

export type Theme = 'auto' | 'light' | 'dark'
export type TextSize = 'm' | 'l' | 'xl' | 'xxl'

export const theme = ref<Theme>((readSetting('theme') as Theme | null) ?? 'auto')
export const textSize = ref<TextSize>((readSetting('size') as TextSize | null) ?? 'm')
export const elder = ref(readSetting('elder') === '1')
/** In the elder mode the text is never smaller than its own size. */
export const shownSize = computed<TextSize>(() => (elder.value && textSize.value !== 'xxl' ? 'xl' : textSize.value))

const darkPhone = matchMedia('(prefers-color-scheme: dark)')

function apply(): void {
  const root = document.documentElement
  const dark = theme.value === 'dark' || (theme.value === 'auto' && darkPhone.matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  root.dataset.size = shownSize.value
  root.toggleAttribute('data-elder', elder.value)
}

// Older Safari knows only addListener; there the theme follows at the next start.
darkPhone.addEventListener?.('change', apply)

export function setTheme(next: Theme): void {
  theme.value = next
  writeSetting('theme', next)
  apply()
}

export function setTextSize(next: TextSize): void {
  textSize.value = next
  writeSetting('size', next)
  apply()
}

export function setElder(next: boolean): void {
  elder.value = next
  writeSetting('elder', next ? '1' : null)
  apply()
}

export async function chooseLanguage(next: Locale): Promise<void> {
  await setLocale(next)
  writeSetting('locale', next)
}

/** True when the words are ready to be drawn. */
export async function startSettings(): Promise<void> {
  apply()
  if (readSetting('locale') !== 'en') return
  await setLocale('en').catch(() => {
    locale.value = 'zh-CN' // offline before the words were kept: Chinese is always here
  })
}
