import { onBeforeUnmount, onMounted } from 'vue'
import './paper.css'

/** The paper of a page that is made for the printer. Its rule holds on that page only: other pages print with their own margins. */
export function usePaper(size: 'A4' | 'A5'): void {
  let ruled: CSSStyleSheet | undefined

  onMounted(() => {
    document.documentElement.classList.add('paper-page')
    const sheet = [...document.styleSheets].find((each) => each.href === null || each.href.startsWith(location.origin))
    if (!sheet) return
    sheet.insertRule(`@page { size: ${size} portrait; margin: 0; }`, sheet.cssRules.length)
    ruled = sheet
  })
  onBeforeUnmount(() => {
    document.documentElement.classList.remove('paper-page')
    if (!ruled) return
    const index = [...ruled.cssRules].findIndex((each) => each instanceof CSSPageRule)
    if (index >= 0) ruled.deleteRule(index)
  })
}
