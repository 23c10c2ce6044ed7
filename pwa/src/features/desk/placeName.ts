import { ref, watch, type Ref } from 'vue'
import { sendJson } from '@/api/http'
import { buildingWords } from '../place/types'

/** The name of the estate or building to which the list is narrowed; the list may be empty and not know it. */
export function usePlaceName(estate: Ref<string>, building: Ref<string>): Ref<string> {
  const name = ref('')
  watch([estate, building], async ([inEstate, atBuilding]) => {
    name.value = ''
    const found = await nameOf(inEstate, atBuilding).catch(() => '') // without it the list says that it is narrowed, and to nothing more
    if (estate.value === inEstate && building.value === atBuilding) name.value = found
  }, { immediate: true })
  return name
}

async function nameOf(estate: string, building: string): Promise<string> {
  if (building) {
    const one = await sendJson<{ name: string; estate_name: string }>(`/api/v1/buildings/${building}`)
    return buildingWords(one.estate_name, one.name)
  }
  return estate ? (await sendJson<{ name: string }>(`/api/v1/estates/${estate}`)).name : ''
}
