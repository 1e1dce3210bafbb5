"""Word tables for believable firms. Nobody in them is real; e-mail domains are reserved for examples."""

FAMILY_NAMES = {
    "AU": (
        "Abbott", "Ahmed", "Baker", "Bennett", "Bianchi", "Brennan", "Campbell", "Carter", "Chan", "Chen", "Clarke",
        "Cooper", "D'Angelo", "Davies", "De Souza", "Doyle", "Edwards", "Fernando", "Fitzgerald", "Fraser",
        "Georgiou", "Gibson", "Graham", "Grant", "Gupta", "Haddad", "Hall", "Hamilton", "Harris", "Hartley-Moss",
        "Henderson", "Hughes", "Hussein", "Ibrahim", "Jackson", "Jensen", "Johnson", "Kapoor", "Kaur", "Kelly",
        "Khoury", "Kim", "Kowalski", "Kumar", "Lam", "Lawson", "Le", "Lee", "Li", "Liu", "MacDonald", "Marshall",
        "Martin", "McCarthy", "McDonald", "McKenzie", "Mitchell", "Moretti", "Morgan", "Murphy", "Nguyen", "O'Brien",
        "O'Sullivan", "Papadopoulos", "Park", "Patel", "Perera", "Pham", "Phillips", "Reid", "Ricci", "Roberts",
        "Robinson", "Rossi", "Ryan", "Santos", "Schmidt", "Scott", "Shah", "Sharma", "Silva", "Singh", "Smith",
        "Stewart", "Sullivan", "Taylor", "Thompson", "Tran", "Turner", "Van der Berg", "Vella", "Walker", "Wang",
        "Watson", "White", "Williams", "Wilson", "Wong", "Wright", "Yilmaz", "Young", "Zhang",
    ),
    "NZ": (
        "Adams", "Anderson", "Armstrong", "Bell", "Brown", "Campbell", "Chand", "Chen", "Clark", "Collins", "Cooper",
        "Davis", "Edwards", "Evans", "Falefā", "Faleolo", "Fraser", "Graham", "Gray", "Green", "Hall", "Harris",
        "Hēnare", "Hohepa", "Hughes", "Irwin", "Jackson", "Johnston", "Jones", "Kahu", "Kaur", "Keane", "Kelly",
        "Kim", "King", "Kumar", "Lee", "Leota", "Li", "Lin", "Liu", "MacDonald", "Māhuika", "Martin", "McDonald",
        "McLeod", "Mitchell", "Moana", "Morgan", "Morrison", "Murphy", "Naidu", "Ngata", "O'Connor", "Paewai",
        "Parata", "Parker", "Patel", "Pōtae", "Prasad", "Rangihuna", "Reid", "Reweti", "Roberts", "Robinson", "Ross",
        "Ryan", "Scott", "Sharma", "Singh", "Smith", "Stewart", "Sutherland", "Tamihana", "Taumata", "Tāwhai",
        "Taylor", "Te Rangi", "Thompson", "Tūhoro", "Turner", "Vaea", "Walker", "Wang", "Watson", "White",
        "Williams", "Wilson", "Wood", "Wright", "Young", "Zhang",
    ),
    "UK": (
        "Adeyemi", "Ahmed", "Akhtar", "Allen", "Anderson", "Ap Rhys", "Armstrong", "Bailey", "Baker", "Begum", "Bell",
        "Bennett", "Blackwood", "Brown", "Butler", "Campbell", "Carter", "Chapman", "Clarke", "Collins", "Cooper",
        "Cox", "Davies", "De Vere", "Douglas", "Edwards", "Evans", "Ferguson", "Fitzgerald", "Fletcher", "Forbes",
        "Foster", "Fraser", "Gallagher", "Gibson", "Graham", "Grant", "Gray", "Green", "Griffiths", "Hall", "Harris",
        "Harrison", "Hughes", "Hussain", "Iqbal", "Jackson", "Jenkins", "Jones", "Kapoor", "Kaur", "Kelly", "Khan",
        "Kowalczyk", "Lewis", "Llewellyn", "Lloyd", "MacDonald", "MacLeod", "Mahmood", "Marshall", "McBride",
        "McKenna", "Mitchell", "Morgan", "Morris", "Murphy", "Murray", "Nowak", "O'Connor", "O'Neill", "Okafor",
        "Owen", "Parker", "Patel", "Phillips", "Powell", "Pugh", "Quinn", "Rees", "Reid", "Roberts", "Robertson",
        "Robinson", "Ross", "Russell", "Scott", "Shah", "Sharma", "Shaw", "Singh", "Smith", "Smythe-Jones", "Stewart",
        "Sutherland", "Taylor", "Thomas", "Thompson", "Turner", "Walker", "Ward", "Watson", "White", "Williams",
        "Wilson", "Wood", "Wright", "Young",
    ),
}  # fmt: skip

WOMEN = {
    "AU": (
        "Aisha", "Alice", "Amelia", "Amy", "Angela", "Anna", "Anne-Marie", "Anita", "Beatriz", "Bronwyn",
        "Catherine", "Charlotte", "Chloe", "Claire", "Deepa", "Elena", "Elizabeth", "Emma", "Fatima", "Fiona",
        "Georgia", "Grace", "Hannah", "Helen", "Isabella", "Jane", "Jennifer", "Jessica", "Joanne", "Julia", "Karen",
        "Kate", "Laura", "Leila", "Linh", "Lucy", "Mai", "Margaret", "Maria", "Mei", "Melissa", "Michelle",
        "Natalie", "Nicole", "Olivia", "Priya", "Rachel", "Rebecca", "Renée", "Rosa", "Sandra", "Sarah", "Sophia",
        "Susan", "Tahlia", "Wendy", "Xin", "Yasmin", "Zoe",
    ),
    "NZ": (
        "Aroha", "Alice", "Amelia", "Anahera", "Anita", "Anna", "Catherine", "Charlotte", "Claire", "Elizabeth",
        "Ella", "Emma", "Fiona", "Grace", "Hannah", "Hēni", "Hine", "Isla", "Jane", "Jennifer", "Joanne", "Karen",
        "Kiri", "Lucy", "Lupe", "Mārama", "Margaret", "Maria", "Mele", "Mereana", "Michelle", "Ngaire", "Nicola",
        "Olivia", "Priya", "Rachel", "Rebecca", "Roimata", "Ruby", "Sarah", "Sina", "Sophie", "Susan", "Tui",
        "Wairata", "Yan", "Zoë",
    ),
    "UK": (
        "Abigail", "Aisha", "Alice", "Amelia", "Amy", "Angharad", "Anna", "Bethan", "Catherine", "Catriona",
        "Charlotte", "Chloë", "Claire", "Eilidh", "Eleanor", "Elizabeth", "Emily", "Emma", "Fatima", "Fiona",
        "Florence", "Gemma", "Georgina", "Grace", "Hannah", "Harriet", "Helen", "Holly", "Imogen", "Isla", "Jane",
        "Jessica", "Karen", "Katherine", "Laura", "Lucy", "Máire", "Margaret", "Megan", "Mòrag", "Nicola",
        "Olivia", "Priya", "Rachel", "Rebecca", "Rhiannon", "Rosie", "Ruth", "Sarah", "Siân", "Sophie",
        "Susan", "Victoria", "Zoë",
    ),
}  # fmt: skip

MEN = {
    "AU": (
        "Adam", "Ahmed", "Alexander", "Andrew", "Anthony", "Arjun", "Benjamin", "Brian", "Charles", "Christopher",
        "Craig", "Daniel", "David", "Dimitri", "Dylan", "Edward", "Ethan", "George", "Giovanni", "Graham", "Harry",
        "Hung", "Ian", "Jack", "Jacob", "James", "Jason", "John", "Jonathan", "José", "Joseph", "Joshua", "Kevin",
        "Liam", "Luke", "Marco", "Mark", "Matthew", "Michael", "Mohammed", "Nathan", "Nicholas", "Noah", "Oliver",
        "Patrick", "Paul", "Peter", "Raj", "Richard", "Robert", "Ryan", "Samuel", "Sanjay", "Scott", "Simon",
        "Stephen", "Steven", "Thomas", "Timothy", "Tony", "Wei", "William", "Xavier",
    ),
    "NZ": (
        "Adam", "Andrew", "Anthony", "Ari", "Benjamin", "Brian", "Callum", "Christopher", "Craig", "Daniel", "David",
        "Fetu", "George", "Graham", "Harry", "Hēmi", "Hone", "Ian", "Jack", "James", "John", "Joseph", "Joshua",
        "Kauri", "Kevin", "Liam", "Luke", "Manaia", "Mark", "Matiu", "Matthew", "Michael", "Mikaere", "Nathan",
        "Nikau", "Noah", "Oliver", "Paul", "Peter", "Pita", "Rāwiri", "Richard", "Robert", "Ryan", "Samuel", "Scott",
        "Sione", "Stephen", "Tāmati", "Tane", "Thomas", "Timothy", "Tipene", "Tomasi", "Wiremu", "William", "Xin",
    ),
    "UK": (
        "Adam", "Alasdair", "Alexander", "Andrew", "Anthony", "Benjamin", "Callum", "Charles", "Christopher", "Daniel",
        "David", "Dylan", "Edward", "Euan", "Finlay", "Gareth", "George", "Graham", "Hamish", "Harry", "Henry", "Huw",
        "Ian", "Imran", "Jack", "James", "John", "Jonathan", "Joseph", "Joshua", "Kwame", "Liam", "Luke", "Mark",
        "Matthew", "Michael", "Mohammed", "Nicholas", "Oliver", "Owain", "Patrick", "Paul", "Peter", "Raj", "Rhys",
        "Richard", "Robert", "Rory", "Ryan", "Samuel", "Seán", "Simon", "Stephen", "Stuart", "Thomas", "Timothy",
        "William",
    ),
}  # fmt: skip

TRADES = (
    "Plumbing", "Electrical", "Building", "Joinery", "Landscapes", "Cafe", "Bakery", "Dental", "Physiotherapy",
    "Veterinary", "Consulting", "Engineering", "Transport", "Freight", "Motors", "Panel & Paint", "Roofing",
    "Concrete", "Cleaning", "Florist", "Hair & Beauty", "Pharmacy", "Design", "Media", "Software", "Books", "Wines",
    "Orchards", "Farms", "Fishing", "Surveying", "Architects", "Real Estate", "Fitness", "Childcare", "Catering",
    "Tiling", "Glass",
)  # fmt: skip

FIRM_WORDS = {
    "AU": (
        "Banksia", "Blue Gum", "Bondi", "Brolga", "Coastal", "Cockatoo", "Coral", "Currawong", "Eucalypt", "Galah",
        "Gumtree", "Harbour", "Ironbark", "Jacaranda", "Jarrah", "Kestrel", "Kingfisher", "Lorikeet", "Magpie",
        "Mallee", "Murray", "Northern", "Outback", "Pacific", "Pelican", "Red Earth", "Riverina", "Rosella",
        "Southern", "Summit", "Tasman", "Wallaby", "Waratah", "Wattle", "Westgate", "Willow", "Yarra",
    ),
    "NZ": (
        "Aoraki", "Aotea", "Capital", "Coastal", "Fern", "Fiordland", "Harbour", "Huia", "Kākāpō", "Kauri", "Kea",
        "Kererū", "Kōwhai", "Mānuka", "Moana", "Northern", "Pacific", "Piwakawaka", "Pōhutukawa", "Pounamu",
        "Pūkeko", "Rangitoto", "Rātā", "Rimu", "Southern", "Summit", "Tasman", "Toroa", "Tōtara", "Tūī", "Waikato",
        "Wairua", "Waitematā", "Westgate",
    ),
    "UK": (
        "Albion", "Ashdown", "Avon", "Beacon", "Blackthorn", "Bramley", "Caledonian", "Castle", "Clyde", "Cotswold",
        "Downs", "Fenland", "Forth", "Foxglove", "Gower", "Greyfriars", "Hadrian", "Harbour", "Hawthorn", "Heather",
        "Highland", "Kestrel", "Kingfisher", "Lakeside", "Lomond", "Mersey", "Moorland", "Northern", "Oakwood",
        "Peak", "Pennine", "Ribble", "Rowan", "Severn", "Snowdon", "Southern", "Summit", "Thistle", "Trent",
        "Westgate", "Wharf", "Windrush",
    ),
}  # fmt: skip

COMPANY_TAILS = ("Holdings", "Investments", "Properties", "Group", "Services", "Enterprises", "Developments", "Trading")

SUFFIXES = {
    "AU": ("Pty Ltd", "Pty Ltd", "Pty Ltd", "Pty. Ltd.", "Pty Limited", "PTY LTD"),
    "NZ": ("Limited", "Limited", "Limited", "Ltd"),
    "UK": ("Limited", "Limited", "Ltd", "Ltd", "Ltd.", "LTD"),
}

STREETS = (
    "Albert", "Beach", "Bridge", "Cameron", "Church", "Elizabeth", "Fern", "George", "Great South", "Harbour",
    "High", "Hill", "King", "Lake", "Main", "Market", "Nelson", "Ocean", "Park", "Queen", "Railway", "River", "Rose",
    "Station", "Victoria", "Wellington", "William",
)  # fmt: skip
STREET_KINDS = ("Street", "St", "Road", "Rd", "Avenue", "Ave", "Terrace", "Crescent", "Cres", "Drive", "Lane", "Place")

# Town, state or region as XPM users write it, postcode, area code.
TOWNS = {
    "AU": (
        ("Sydney", "NSW", "2000", "02"), ("Parramatta", "NSW", "2150", "02"), ("Newcastle", "NSW", "2300", "02"),
        ("Wagga Wagga", "New South Wales", "2650", "02"), ("Melbourne", "VIC", "3000", "03"),
        ("Geelong", "VIC", "3220", "03"), ("Ballarat", "Victoria", "3350", "03"), ("Brisbane", "QLD", "4000", "07"),
        ("Cairns", "QLD", "4870", "07"), ("Toowoomba", "Queensland", "4350", "07"), ("Adelaide", "SA", "5000", "08"),
        ("Perth", "WA", "6000", "08"), ("Fremantle", "WA", "6160", "08"), ("Hobart", "TAS", "7000", "03"),
        ("Launceston", "TAS", "7250", "03"), ("Darwin", "NT", "0800", "08"), ("Canberra", "ACT", "2600", "02"),
    ),
    "NZ": (
        ("Auckland", "Auckland", "1010", "09"), ("Ponsonby", "Auckland", "1011", "09"),
        ("Whangārei", "Northland", "0110", "09"), ("Hamilton", "Waikato", "3204", "07"),
        ("Tauranga", "Bay of Plenty", "3110", "07"), ("Rotorua", "", "3010", "07"),
        ("Taupō", "Waikato", "3330", "07"), ("Napier", "Hawke's Bay", "4110", "06"), ("Whanganui", "", "4500", "06"),
        ("Palmerston North", "Manawatū", "4410", "06"), ("Wellington", "", "6011", "04"),
        ("Nelson", "", "7010", "03"), ("Christchurch", "Canterbury", "8011", "03"),
        ("Ōamaru", "Otago", "9400", "03"), ("Dunedin", "Otago", "9016", "03"),
        ("Invercargill", "Southland", "9810", "03"),
    ),
    "UK": (
        ("London", "", "EC1A", "020"), ("London", "Greater London", "SW4", "020"), ("Croydon", "Surrey", "CR0", "020"),
        ("Manchester", "Greater Manchester", "M1", "0161"), ("Leeds", "West Yorkshire", "LS1", "0113"),
        ("York", "", "YO1", "01904"), ("Newcastle upon Tyne", "Tyne and Wear", "NE1", "0191"),
        ("Birmingham", "West Midlands", "B2", "0121"), ("Norwich", "Norfolk", "NR1", "01603"),
        ("Bristol", "", "BS1", "0117"), ("Truro", "Cornwall", "TR1", "01872"),
        ("Brighton", "East Sussex", "BN1", "01273"),
        ("Cardiff", "South Glamorgan", "CF10", "029"), ("Ynys Môn", "Gwynedd", "LL77", "01248"),
        ("Edinburgh", "Midlothian", "EH2", "0131"), ("Glasgow", "Scotland", "G2", "0141"),
        ("Inverness", "Highland", "IV1", "01463"), ("Belfast", "Northern Ireland", "BT1", "028"),
        ("Derry", "", "BT48", "028"),
    ),
}  # fmt: skip

COUNTRIES = {"AU": "Australia", "NZ": "New Zealand", "UK": "United Kingdom"}
POSITIONS = ("Director", "Office Manager", "Accounts", "Partner", "Trustee", "Owner", "Bookkeeper", "Secretary")
REFERRALS = ("Word of mouth", "Google", "Existing client", "Bank", "Solicitor")
NOTE_TITLES = ("Phone call", "Engagement letter", "Annual review", "Change of details")

STRUCTURES = {
    "AU": (
        "Individual", "Company", "Partnership", "Sole Trader", "Discretionary Trust", "Unit Trust",
        "Self Managed Superannuation Fund", "Incorporated Association", "Deceased Estate",
    ),
    "NZ": (
        "Individual", "Company", "Look Through Company", "Partnership", "Sole Trader", "Trust",
        "Superannuation Fund", "Club or Society", "Estate",
    ),
    "UK": (
        "Individual", "Company", "Limited Liability Partnership", "Partnership", "Sole Trader", "Trust",
        "Pension Scheme", "Club or Society", "Estate",
    ),
}  # fmt: skip
FUNDS = {"AU": "Self Managed Superannuation Fund", "NZ": "Superannuation Fund", "UK": "Pension Scheme"}
TAX_AGENTS: dict[str, tuple[str, ...]] = {"AU": (), "NZ": ("Main Agency", "Rural Agency"), "UK": ()}
PRACTICES = {
    "AU": "Waratah & Partners Accounting",
    "NZ": "Kauri & Partners Accounting",
    "UK": "Oakwell & Partners Accountants",
}
STAFF = {
    "AU": (
        "Alex Moreton", "Lee Park", "Priya Nair", "Tom O'Dea", "Grace Whitlam", "Sam Okafor", "Dana Levy",
        "Chris Tan", "Ella Novak", "Jordan Blake", "Mia Castellano", "Ravi Menon",
    ),
    "NZ": (
        "Alex Moreton", "Lee Park", "Hana Tūhoe", "Tom Ferris", "Mere Hāpuku", "Sam Faleata", "Dana Levy",
        "Chris Tan", "Ella Novak", "Jordan Blake", "Wiremu Paki", "Ravi Menon",
    ),
    "UK": (
        "Alex Moreton", "Lee Park", "Bethan Pryce", "Tom Ferris", "Fiona MacRae", "Sam Okafor", "Dana Levy",
        "Chris Tan", "Ella Novak", "Jordan Blake", "Siân Howell", "Ravi Menon",
    ),
}  # fmt: skip

CATEGORIES = ("Compliance", "Consulting", "Internal")

# Name on screen, code in the API, kind.
JOB_STATES = (
    ("Planned", "PLANNED", "current"), ("In Progress", "INPROGRESS", "current"), ("On Hold", "ONHOLD", "current"),
    ("With Client", "WITHCLIENT", "current"), ("Completed", "COMPLETED", "completed"),
    ("Cancelled", "CANCELLED", "cancelled"),
)  # fmt: skip

TASK_TYPES = (
    "Bookkeeping", "Review", "Tax Return Preparation", "Financial Statements", "Client Meeting", "Administration",
    "Payroll", "Audit", "Advice",
)  # fmt: skip

# Name, category, which structures it is for (a part of the name; empty: any), tasks as type and minutes.
TEMPLATES = {
    "AU": (
        ("Individual Tax Return", "Compliance", ("Individual", "Sole Trader", "Estate"),
         (("Tax Return Preparation", 90), ("Review", 20))),
        ("Annual Accounts and Tax Return", "Compliance", ("Company", "Trust", "Partnership", "Association"),
         (("Bookkeeping", 120), ("Financial Statements", 240), ("Tax Return Preparation", 120), ("Review", 60))),
        ("Quarterly BAS", "Compliance", ("Company", "Trust", "Partnership", "Sole Trader"),
         (("Bookkeeping", 60), ("Review", 15))),
        ("SMSF Annual Accounts & Audit", "Compliance", ("Fund",),
         (("Financial Statements", 240), ("Audit", 90), ("Tax Return Preparation", 60))),
        ("Advisory", "Consulting", (), (("Client Meeting", 60), ("Advice", 120))),
    ),
    "NZ": (
        ("Individual Return (IR3)", "Compliance", ("Individual", "Sole Trader", "Estate"),
         (("Tax Return Preparation", 90), ("Review", 20))),
        ("Annual Accounts and Tax Return", "Compliance", ("Company", "Trust", "Partnership", "Club"),
         (("Bookkeeping", 120), ("Financial Statements", 240), ("Tax Return Preparation", 120), ("Review", 60))),
        ("GST Return", "Compliance", ("Company", "Trust", "Partnership", "Sole Trader"),
         (("Bookkeeping", 60), ("Review", 15))),
        ("Superannuation Fund Accounts", "Compliance", ("Fund",),
         (("Financial Statements", 240), ("Tax Return Preparation", 60))),
        ("Advisory", "Consulting", (), (("Client Meeting", 60), ("Advice", 120))),
    ),
    "UK": (
        ("Self Assessment Return", "Compliance", ("Individual", "Sole Trader", "Estate", "Trust"),
         (("Tax Return Preparation", 90), ("Review", 20))),
        ("Annual Accounts and Corporation Tax Return", "Compliance", ("Company", "Club"),
         (("Bookkeeping", 120), ("Financial Statements", 240), ("Tax Return Preparation", 120), ("Review", 60))),
        ("Partnership Accounts and Return", "Compliance", ("Partnership",),
         (("Bookkeeping", 90), ("Financial Statements", 180), ("Tax Return Preparation", 60))),
        ("VAT Return", "Compliance", ("Company", "Partnership", "Sole Trader"),
         (("Bookkeeping", 60), ("Review", 15))),
        ("Pension Scheme Accounts & Audit", "Compliance", ("Scheme",),
         (("Financial Statements", 240), ("Audit", 90))),
        ("Advisory", "Consulting", (), (("Client Meeting", 60), ("Advice", 120))),
    ),
}  # fmt: skip

# Name, type, uses, options or link, values that clients get (None: made up by type).
CUSTOM_FIELDS = (
    ("AML Check", "Dropdown List", ("Client",), ("Not started", "In progress", "Complete"), 0.5),
    ("Anniversary", "Date", ("Client",), (), 0.1),
    ("Annual Fee", "Decimal", ("Client",), (), 0.35),
    ("Complexity (1-5)", "Number", ("Client", "Job"), (), 0.3),
    ("Engagement Signed", "Checkbox", ("Client",), (), 0.45),
    ("Dietary Needs", "Text", ("Contact",), (), 0.05),
    ("Document Folder", "Value Link", ("Client",), ("https://files.example.com/[value]",), 0.1),
    ("Registered Office & Notes", "Multi-line Text", ("Client",), (), 0.08),
    ("Reviewer Initials", "Text", ("JobTask",), (), 0.0),
    ("Lodged On", "Date", ("Job",), (), 0.2),
)
