"""What an invented firm's names and addresses are made of."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


LAST = """
Smith Jones Williams Brown Wilson Taylor Johnson White Martin Anderson Thompson Nguyen Thomas Walker Harris Lee Ryan
Robinson Kelly King Davis Wright Evans Roberts Green Hall Wood Jackson Clarke Patel Khan Lewis James Phillips Mason
Mitchell Campbell Singh Scott Watson Young Allen Hill Baker Bell Murphy Miller Davies Simpson Parker Collins Cook Murray
Edwards Turner Chen Wang Zhang Li Tran Kaur Sharma Russell Stewart Morris Morgan Rogers Reid Ward Cooper Bennett Hughes
Shaw Richardson Ross Adams Carter Marshall Graham Kennedy Fraser Stevens Gray Palmer Price Webb Fisher Hunt Mills Grant
McDonald Macdonald O'Brien O'Connor McKenzie Mackenzie McCarthy D'Angelo Rossi Russo Romano Papadopoulos Kowalski Novak
Van der Berg|De Silva|Le Roux|Te Whata|Tūhoe|Ngata|Parata|Rangi|Hēnare|Fernandez|Garcia|Lopez|Santos|Reyes|Cruz|Müller
Weber Schmidt Fischer Becker Hoffmann Keller Petrov Ivanov Dubois Moreau Lambert Sato Tanaka Yamamoto Kim Park Choi Jung
Wong Chan Lau Leung Lam Ho Pham Le Vo Huynh Dang Bui Gupta Mehta Reddy Iyer Fernando Perera Silva Ahmed Hussain Malik
Abbott Barlow Bishop Bolton Bradshaw Brennan Buckley Burgess Byrne Callaghan Chapman Connolly Crawford Cummings Dalton
Dawson Donnelly Doyle Duffy Dunn Egan Elliott Farrell Faulkner Finch Fleming Flynn Foster Fowler Gallagher Gibson
Gilbert Goodwin Greer Griffin Hammond Hancock Harding Hart Hayes Heath Henderson Higgins Holland Holmes Hopkins Horton
Howard Howe Hutchins Ingram Jarvis Jenkins Keane Kemp Knight Lawson Leach Lowe Lucas Lynch Maher Manning Maxwell Meyer
Moran Nash Neale Newton Nolan Norris Oakley Osborne Owen Parsons Payne Pearce Perkins Pickering Pope Porter Potter
Powell Pratt Quinn Ramsay Reeves Rowe Rowley Savage Sharp Sheehan Shepherd Skinner Slater Spencer Stone Sutton Swan
Talbot Tate Thornton Tucker Underwood Vaughan Vincent Wade Walsh Waters Weston Whelan Whitaker Wilkes Willis Winter
Woods Yates Zammit Zerilli Attard Borg Camilleri Vella Mifsud Haddad Khoury Nasser Saleh Mansour Barakat Sideris
"""
LAST_NAMES: tuple[str, ...] = tuple(
    name.strip()
    for line in LAST.split("\n")
    for part in line.split("|")
    for name in (part.split() if "|" not in line else [part])
    if name.strip()
)
SYLLABLES = (
    "bar",
    "ben",
    "bor",
    "cal",
    "car",
    "dal",
    "den",
    "dor",
    "el",
    "far",
    "fen",
    "gal",
    "gar",
    "hal",
    "har",
    "kel",
    "kin",
    "lan",
    "lor",
    "mar",
    "mel",
    "mor",
    "nor",
    "pel",
    "ran",
    "ros",
    "sal",
    "sel",
    "tar",
    "tor",
    "val",
    "ver",
    "wal",
    "wen",
)
ENDINGS = (
    "ley",
    "ton",
    "man",
    "son",
    "ski",
    "ini",
    "ford",
    "well",
    "ham",
    "wick",
    "more",
    "dale",
    "ett",
    "ers",
    "idis",
    "ovic",
)

MEN = _words("""
John James David Michael Peter Robert William Andrew Paul Mark Daniel Stephen Matthew Christopher Anthony Thomas Richard
Benjamin Joshua Nicholas Samuel Timothy Gregory Patrick Edward Joseph Jonathan Simon Adam Luke Kevin Brian Graeme Ian
Kenneth Geoffrey Raymond Douglas Ronald Phillip Alexander Zachary Liam Ethan Noah Oscar Wei Ming Raj Arjun Minh Hiroshi
Giovanni Marco Dimitri Ahmed Omar Tāne Wiremu Hemi Callum Lachlan Angus Hamish Duncan Trevor Barry Neil Craig Shane
Dean Scott Wayne Darren Brett Grant Ross Malcolm Leonard Frederick Albert Walter Harold Norman Stanley Victor Vincent
""")
WOMEN = _words("""
Mary Margaret Elizabeth Patricia Jennifer Susan Christine Helen Catherine Michelle Deborah Karen Julie Rebecca Sarah
Jessica Emily Samantha Nicole Kimberley Amanda Melissa Rachel Laura Katherine Victoria Alexandra Charlotte Olivia Emma
Sophie Grace Chloe Hannah Anne Barbara Judith Dorothy Joan Pamela Sandra Robyn Lynette Heather Wendy Sharon Tracey
Leanne Donna Lisa Angela Joanne Jacqueline Suzanne Diane Linda Carol Beverley Marilyn Maureen Frances Veronica Mei Lan
Priya Anjali Linh Yuki Giulia Francesca Eleni Fatima Leila Aroha Hinemoa Moana Fiona Kirsty Alison Bronwyn Gwen Stella
""")
SHORT = {
    "John": ("Jack",), "James": ("Jim", "Jamie"), "David": ("Dave",), "Michael": ("Mike", "Mick"), "Peter": ("Pete",),
    "Robert": ("Rob", "Bob"), "William": ("Bill", "Will"), "Andrew": ("Andy",), "Daniel": ("Dan", "Danny"),
    "Stephen": ("Steve",), "Matthew": ("Matt",), "Christopher": ("Chris",), "Anthony": ("Tony",), "Thomas": ("Tom",),
    "Richard": ("Rick", "Dick"), "Benjamin": ("Ben",), "Joshua": ("Josh",), "Nicholas": ("Nick",), "Samuel": ("Sam",),
    "Timothy": ("Tim",), "Gregory": ("Greg",), "Patrick": ("Pat", "Paddy"), "Edward": ("Ted", "Ed"), "Joseph": ("Joe",),
    "Jonathan": ("Jon",), "Kenneth": ("Ken",), "Geoffrey": ("Geoff",), "Raymond": ("Ray",), "Douglas": ("Doug",),
    "Ronald": ("Ron",), "Phillip": ("Phil",), "Alexander": ("Alex", "Sandy"), "Zachary": ("Zac",), "Malcolm": ("Mal",),
    "Leonard": ("Len",), "Frederick": ("Fred",), "Albert": ("Bert",), "Walter": ("Wally",), "Harold": ("Harry",),
    "Norman": ("Norm",), "Stanley": ("Stan",), "Victor": ("Vic",), "Vincent": ("Vince",), "Wiremu": ("Wi",),
    "Giovanni": ("John", "Gio"), "Lachlan": ("Lachie",), "Margaret": ("Maggie", "Marg", "Peg"),
    "Elizabeth": ("Liz", "Beth", "Betty"), "Patricia": ("Trish", "Pat"), "Jennifer": ("Jenny", "Jen"),
    "Susan": ("Sue",),
    "Christine": ("Chris", "Tina"), "Catherine": ("Cathy", "Kate"), "Michelle": ("Shelly",),
    "Deborah": ("Deb", "Debbie"),
    "Rebecca": ("Bec", "Becky"), "Jessica": ("Jess",), "Samantha": ("Sam",), "Nicole": ("Nicky",),
    "Kimberley": ("Kim",),
    "Amanda": ("Mandy",), "Melissa": ("Mel",), "Katherine": ("Kathy", "Kate"), "Victoria": ("Vicki",),
    "Alexandra": ("Alex",), "Barbara": ("Barb",), "Judith": ("Judy",), "Dorothy": ("Dot",), "Pamela": ("Pam",),
    "Sandra": ("Sandy",), "Lynette": ("Lyn",), "Jacqueline": ("Jackie",), "Suzanne": ("Sue",), "Frances": ("Fran",),
    "Veronica": ("Ronnie",), "Francesca": ("Fran",), "Joanne": ("Jo",), "Angela": ("Ange",), "Bronwyn": ("Bron",),
    "Hinemoa": ("Hine",), "Alison": ("Ali",), "Robyn": ("Rob",),
}  # fmt: skip

STREETS = _words("""
High Church Park Station George Victoria Albert Queen King Railway Beach Ocean Hill River Bridge Mill School Elm Oak
Pine Cedar Wattle Banksia Acacia Grevillea Kauri Rata Tui Kowhai Pohutukawa Harbour Bay Spring Forest Valley Lake Garden
Orchard Vineyard Macquarie Phillip Hunter Elizabeth Collins Bourke Flinders Pitt Clarence Sussex Kent Lonsdale Swanston
Chapel Burwood Canterbury Parramatta Windsor Richmond Pacific Princes Sturt Bathurst Northcote Glebe Darling Norton
""")
TYPES = (
    ("Street", "St"),
    ("Road", "Rd"),
    ("Avenue", "Ave"),
    ("Drive", "Dr"),
    ("Court", "Ct"),
    ("Place", "Pl"),
    ("Crescent", "Cres"),
    ("Lane", "Ln"),
    ("Parade", "Pde"),
    ("Terrace", "Tce"),
)
AU_PLACES = (
    ("Marrickville", "NSW", "2204"), ("Parramatta", "NSW", "2150"), ("Newcastle", "NSW", "2300"),
    ("Penrith", "NSW", "2750"),
    ("Manly", "NSW", "2095"), ("Orange", "NSW", "2800"), ("Bowral", "NSW", "2576"), ("Richmond", "VIC", "3121"),
    ("Geelong", "VIC", "3220"), ("Ballarat", "VIC", "3350"), ("St Kilda", "VIC", "3182"), ("Box Hill", "VIC", "3128"),
    ("Toowong", "QLD", "4066"), ("Cairns", "QLD", "4870"), ("Southport", "QLD", "4215"), ("Toowoomba", "QLD", "4350"),
    ("Fremantle", "WA", "6160"), ("Subiaco", "WA", "6008"), ("Norwood", "SA", "5067"), ("Glenelg", "SA", "5045"),
    ("Hobart", "TAS", "7000"), ("Darwin", "NT", "0800"), ("Belconnen", "ACT", "2617"), ("Dubbo", "NSW", "2830"),
)  # fmt: skip
NZ_PLACES = (
    ("Auckland", "Auckland", "1010"), ("Ponsonby", "Auckland", "1011"), ("Takapuna", "Auckland", "0622"),
    ("Hamilton", "Waikato", "3204"), ("Tauranga", "Bay of Plenty", "3110"), ("Wellington", "Wellington", "6011"),
    ("Lower Hutt", "Wellington", "5010"), ("Napier", "Hawke's Bay", "4110"), ("Christchurch", "Canterbury", "8011"),
    ("Dunedin", "Otago", "9016"), ("Nelson", "Nelson", "7010"), ("Invercargill", "Southland", "9810"),
)  # fmt: skip
TRADES = _words("""
Plumbing Electrical Building Painting Landscaping Motors Transport Cafe Bakery Pharmacy Dental Physiotherapy Consulting
Engineering Design Media Software Cleaning Catering Fencing Roofing Tiling Joinery Earthmoving Farms Pastoral Wines
Fisheries Travel Fitness Security Recruitment Printing Furniture Optical Veterinary Childcare Lawyers Realty Hire
""")
FANCIES = _words("""
Blue Red Golden Silver Southern Northern Eastern Western Coastal Summit Apex Prime Pinnacle Horizon Vista Harbour Anchor
Eagle Falcon Kestrel Magpie Banksia Waratah Kauri Koru Tui Phoenix Titan Atlas Orion Vega Nova Metro Urban Central Swift
Rapid Precision Quality Premier Elite Heritage Legacy Unity Alliance Compass Beacon Keystone Cornerstone Bedrock Granite
""")
DESCRIBED = ("Holdings", "Investments", "Properties", "Enterprises", "Services", "Group", "Nominees", "Developments")
TRUSTS = ("Family", "Investment", "Property", "Unit", "Discretionary", "Trading", "Children's", "Hybrid")
HOSTS = (
    "gmail.com",
    "hotmail.com",
    "outlook.com",
    "bigpond.com",
    "yahoo.com.au",
    "icloud.com",
    "optusnet.com.au",
    "xtra.co.nz",
)
