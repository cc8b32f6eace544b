import type { Pattern } from '../detectors/pattern.ts'

/** Nationalities, religions, political groups: what article 9 of the GDPR protects, as single words. Names of languages among them are read as people. */
const WORDS =
  'afghan albanian algerian american andorran angolan antiguan argentine argentinian argentinean armenian australian austrian azerbaijani azeri bahamian bahraini bangladeshi barbadian belarusian belgian belizean belizian ' +
  'beninese bermudian bhutanese bolivian bosnian botswanan brazilian british briton bruneian bulgarian burkinabe burmese burundian cambodian cameroonian canadian chadian chechen chilean chinese colombian comoran congolese ' +
  'croat croatian cuban cypriot czech dane danish djiboutian dominican dutch dutchman dutchwoman ecuadorean ecuadorian egyptian emirati emirian english englishman englishwoman eritrean estonian ethiopian fijian filipino ' +
  'finn finnish french frenchman frenchwoman gabonese gambian georgian german ghanaian ghanian greek greenlander grenadian guatemalan guinean guyanese haitian honduran hungarian icelander icelandic indian indonesian ' +
  'iranian iraqi irish irishman irishwoman israeli italian ivorian jamaican japanese jordanian kazakh kazakhstani kenyan korean kosovar kurd kurdish kuwaiti kyrgyz lao laotian latvian lebanese lesotho liberian libyan ' +
  'liechtensteiner lithuanian luxembourger macedonian malagasy malawian malaysian maldivian malian maltese manx mauritanian mauritian mexican moldovan monacan monegasque mongol mongolian montenegrin moroccan mozambican ' +
  'namibian nepalese nepali nicaraguan nigerian nigerien norwegian omani pakistani palestinian panamanian paraguayan peruvian pole polish portuguese qatari romanian roumanian russian rwandan salvadoran salvadorean samoan saudi ' +
  'scot scottish scotsman senegalese serb serbian seychellois singaporean slovak slovakian slovene slovenian somali somalian spaniard spanish sudanese surinamer surinamese swazi swede swedish swiss syrian taiwanese tajik ' +
  'tanzanian thai tibetan togolese tongan trinidadian tunisian turk turkish turkmen ugandan ukrainian uruguayan uzbek vanuatuan venezuelan vietnamese welsh welshman yemeni yemenite zambian zimbabwean ' +
  'african asian european caribbean scandinavian arab arabic arabian hispanic latino latina latinx bengali punjabi tamil pashtun uyghur tatar cherokee navajo ' +
  'christian catholic protestant orthodox anglican baptist methodist lutheran presbyterian evangelical pentecostal mormon quaker calvinist jesuit muslim islamic sunni shia shiite shii jew jewish hindu buddhist sikh jain taoist ' +
  'zoroastrian druze atheist agnostic pagan wiccan scientologist rastafarian ' +
  'republican democrat communist socialist marxist libertarian tory labourite conservative liberal anarchist fascist nationalist'

const KNOWN = new Set(WORDS.split(' '))

/** Words that mean something else in lower case. */
const NEEDS_CAPITAL = new Set([
  'polish',
  'pole',
  'scot',
  'lao',
  'jain',
  'manx',
  'orthodox',
  'conservative',
  'liberal',
  'agnostic',
  'democrat',
  'republican',
  'turkmen',
])

const isKnown = (word: string): boolean => KNOWN.has(word) || (word.endsWith('s') && KNOWN.has(word.slice(0, -1)))

export const nrp: Pattern = {
  kind: 'nrp',
  regex: /(?<!\w)[A-Za-z]{3,16}(?!\w)/,
  mayMatch: () => true,
  check: (candidate) => {
    const lower = candidate.toLowerCase()
    if (!isKnown(lower)) return null
    if (candidate !== lower) return { confidence: 0.8 }
    return NEEDS_CAPITAL.has(lower) || NEEDS_CAPITAL.has(lower.replace(/s$/, '')) ? null : { confidence: 0.6 }
  },
}
