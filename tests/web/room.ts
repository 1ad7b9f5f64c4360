import type { Browser, Page } from 'playwright-core'
import type { Browser as Api } from '../browser.ts'
import { launch, newPerson, type Person } from './chromium.ts'
import { startPlace, type Place } from './place.ts'
import { firstAccount, signIn } from './seed.ts'

/** An installation, and a browser in which its first person is signed in. `api` is the same person's, without a browser. */
export interface Room { readonly place: Place; readonly browser: Browser; readonly api: Api; readonly person: Person; readonly page: Page; leave(): Promise<void> }

/** Opens the page at that address. `before`: what there is to be when somebody comes. */
export async function openRoom(address: string, before: (place: Place, api: Api) => Promise<unknown> = () => Promise.resolve(), options?: Parameters<typeof startPlace>[0]): Promise<Room> {
  const [place, browser] = await Promise.all([startPlace(options), launch()])
  const api = await firstAccount(place)
  await before(place, api)
  const person = await newPerson(browser, place.url)
  await person.page.goto(address)
  await signIn(person.page)
  return {
    place, browser, api, person, page: person.page,
    leave: async () => {
      await browser.close()
      await place.stop()
    },
  }
}
