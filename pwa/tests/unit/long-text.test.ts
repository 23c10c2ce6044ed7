import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createApp, h, nextTick, ref, type App, type Ref } from 'vue'
import { allWords } from '@/i18n'
import Field from '@/ui/Field.vue'
import Folded from '@/ui/Folded.vue'

let app: App | undefined
beforeAll(() => allWords())
afterEach(() => {
  app?.unmount()
  document.body.innerHTML = ''
})

function mounted(render: () => unknown): HTMLElement {
  const place = document.createElement('div')
  document.body.append(place)
  app = createApp({ render })
  app.mount(place)
  return place
}

describe('a field that holds so many letters', () => {
  const field = (value: Ref<string>, more: Record<string, unknown> = {}) => {
    const place = mounted(() => h(Field, { label: '说明', multiline: true, maxlength: 20, modelValue: value.value, 'onUpdate:modelValue': (now: string) => (value.value = now), ...more }))
    return {
      control: place.querySelector<HTMLTextAreaElement>('.input')!,
      shown: () => [place.querySelector('.field-count')?.textContent ?? '', place.querySelector('.field-error')?.textContent ?? ''],
    }
  }
  const holds = async (value: Ref<string>, n: number) => {
    value.value = '一'.repeat(n)
    await nextTick()
  }

  it('tells how many there are when they run out, and how many are too many; none is cut off', async () => {
    const value = ref('')
    const page = field(value)
    await holds(value, 18)
    expect(page.shown()).toEqual(['', ''])
    await holds(value, 19)
    expect(page.shown()).toEqual(['19/20', ''])
    await holds(value, 20)
    expect(page.shown()).toEqual(['20/20', ''])
    await holds(value, 23)
    expect(page.shown()).toEqual(['23/20', '超出 3 个字，请删短些，不然发不出去'])
    expect(page.control.value).toHaveLength(23)
    expect(page.control.maxLength).toBeGreaterThan(23)
  })

  it('says nothing of a number that is complete, but of one with too many digits', async () => {
    const value = ref('13800138000')
    const page = field(value, { multiline: false, type: 'tel', maxlength: 11 })
    expect(page.shown()).toEqual(['', ''])
    value.value = '138 0013 8000'
    await nextTick()
    expect(page.shown()).toEqual(['', '超出 2 个字，请删短些，不然发不出去'])
  })

  it('says one fault at a time', async () => {
    const value = ref('一'.repeat(21))
    const page = field(value, { error: '请写短些' })
    await nextTick()
    expect(page.shown()).toEqual(['21/20', '请写短些'])
  })
})

describe('a long text', () => {
  const heights = (whole: number, shown: number) => {
    Object.defineProperty(HTMLElement.prototype, 'scrollHeight', { configurable: true, get: () => whole })
    Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => shown })
  }
  afterEach(() => {
    for (const name of ['scrollHeight', 'clientHeight']) delete (HTMLElement.prototype as unknown as Record<string, unknown>)[name]
  })

  it('is folded and opens in place; a short one has no button', async () => {
    heights(900, 288)
    let place = mounted(() => h(Folded, { text: '长'.repeat(2000) }))
    await nextTick()
    const button = place.querySelector('button')!
    expect([button.textContent, button.getAttribute('aria-expanded')]).toEqual(['展开全文', 'false'])
    button.click()
    await nextTick()
    expect([button.textContent, button.getAttribute('aria-expanded')]).toEqual(['收起', 'true'])
    expect(place.querySelector('.folded-words')!.classList.contains('open')).toBe(true)
    button.click()
    await nextTick()
    expect(button.getAttribute('aria-expanded')).toBe('false')
    // Nothing of it is left out: it is folded, not cut.
    expect(place.querySelector('.folded-words')!.textContent).toHaveLength(2000)
    app?.unmount()
    heights(48, 48)
    place = mounted(() => h(Folded, { text: '短' }))
    await nextTick()
    expect(place.querySelector('button')).toBeNull()
  })
})
