import { afterEach, describe, expect, it } from 'vitest'
import { createApp, h, nextTick, ref, type App } from 'vue'
import Field from '@/ui/Field.vue'

let app: App | undefined
afterEach(() => {
  app?.unmount()
  document.body.innerHTML = ''
})

/** A form as ours are: the fault is worked out when the button is tapped, and stays what it was until the next tap. */
function form(good: (value: string) => boolean) {
  const value = ref('')
  const fault = ref('')
  const place = document.createElement('div')
  document.body.append(place)
  app = createApp({
    render: () => [
      h(Field, { label: '姓名', modelValue: value.value, 'onUpdate:modelValue': (now: string) => (value.value = now), error: fault.value }),
      h('button', { class: 'btn', onClick: () => (fault.value = good(value.value) ? '' : '请写姓名') }),
    ],
  })
  app.mount(place)
  const input = place.querySelector('input')!
  return {
    shown: () => place.querySelector('.field-error')?.textContent ?? '',
    red: () => input.getAttribute('aria-invalid') === 'true',
    tap: () => (place.querySelector('button')!.click(), nextTick()),
    type: (words: string) => {
      input.value = words
      input.dispatchEvent(new Event('input', { bubbles: true }))
      return nextTick()
    },
  }
}

describe('the fault of a field', () => {
  it('goes when the field is filled, and stays while it is empty', async () => {
    const page = form((value) => value !== '')
    await page.tap()
    expect([page.shown(), page.red()]).toEqual(['请写姓名', true])
    await page.type('王')
    expect([page.shown(), page.red()]).toEqual(['', false])
    await page.type('')
    expect(page.shown()).toBe('请写姓名')
  })

  it('comes back with the next tap when the same is wrong again', async () => {
    const page = form((value) => value.length > 3)
    await page.tap()
    await page.type('王')
    expect(page.shown()).toBe('')
    await page.tap()
    expect([page.shown(), page.red()]).toEqual(['请写姓名', true])
  })
})
