"""The design of the Mediterranean world as literals: which places and which edges there are; read by make_tables alone.

A place is `Name`, looked up in GeoNames within its country, `Name=Other` where GeoNames calls it `Other`, or
`Name@latitude,longitude` where GeoNames has no such city and the coordinates are read off a map to two decimals.
The first settlement of a country is where its flights leave from.
"""

ORIGINS = (
    "AFG", "ALB", "BFA", "BGD", "CIV", "CMR", "COD", "DZA", "EGY", "ERI", "ETH", "GHA", "GIN", "GMB", "IRN",
    "IRQ", "LBY", "MAR", "MKD", "MLI", "NER", "NGA", "PAK", "SDN", "SEN", "SOM", "SRB", "SSD", "SYR", "TCD",
    "TUN", "UKR", "XKX",
)  # fmt: skip
"""The countries that people leave from; all others on the map host, are passed through, or are headed for."""

AIR_HUBS = ("London", "Paris", "Frankfurt", "Rome", "Madrid")

PLACES = """
AFG settlement: Kabul; Herat; Kandahar; Mazar-e Sharif=Mazar-e Sharif; Kunduz; Jalalabad
ALB settlement: Tirana; Shkoder=Shkodër; Vlore=Vlorë
BFA settlement: Ouagadougou; Bobo-Dioulasso
BFA camp: Mentao@14.09,-1.63
BGD settlement: Dhaka; Chittagong=Chattogram; Sylhet
BIH hub: Sarajevo; Bihac=Bihać
CAF hub: Bangui; Birao@10.29,22.79
CIV settlement: Abidjan; Bouake=Bouaké; Man
CMR settlement: Douala; Yaounde=Yaoundé; Maroua
CMR camp: Minawao@10.56,13.86
COD settlement: Kinshasa; Goma; Bukavu; Bunia
DZA settlement: Algiers; Oran; Annaba
DZA hub: Tamanrasset; Maghnia; In Guezzam@19.57,5.77
EGY settlement: Cairo; Alexandria; Asyut
EGY port: Rosetta@31.40,30.42
EGY hub: Aswan
ERI settlement: Asmara; Keren; Barentu
ETH settlement: Addis Ababa; Jijiga; Mekele=Mek'ele
ETH camp: Shire@14.10,38.28; Dollo Ado@4.17,42.07; Gambela@8.25,34.58
GHA settlement: Accra; Kumasi; Tamale
GIN settlement: Conakry; Nzerekore=Nzérékoré; Labe=Labé
GMB settlement: Serekunda; Basse@13.31,-14.21
IRN settlement: Tehran; Mashhad; Tabriz; Shiraz
IRN hub: Zahedan; Urmia
IRQ settlement: Baghdad; Mosul; Basra; Erbil
IRQ camp: Dohuk=Dihok
JOR hub: Amman
JOR camp: Zaatari@32.29,36.33
KEN hub: Nairobi
KEN camp: Dadaab@0.06,40.31; Kakuma@3.71,34.86
LBN hub: Beirut
LBN camp: Zahle=Zahlé
LBN port: Tripoli (Lebanon)=Tripoli
LBY settlement: Tripoli; Benghazi; Misrata
LBY hub: Sabha; Kufra@24.18,23.31
LBY port: Zuwara
MAR settlement: Casablanca; Fes; Marrakesh
MAR hub: Oujda; Tangier; Nador
MAR port: Laayoune@27.15,-13.20
MKD settlement: Skopje; Bitola
MKD border: Gevgelija
MLI settlement: Bamako; Kayes; Mopti; Timbuktu
MLI hub: Gao; Kidal@18.44,1.41
MNE hub: Podgorica
MRT hub: Nouakchott
MRT port: Nouadhibou
MRT camp: Mbera@15.85,-5.79
NER settlement: Niamey; Zinder; Diffa
NER hub: Agadez; Arlit; Dirkou@19.00,12.90
NER camp: Mangaize@14.68,1.94
NGA settlement: Lagos; Kano; Benin City; Maiduguri; Abuja
PAK settlement: Karachi; Lahore; Peshawar; Islamabad
PAK hub: Quetta
SDN settlement: Khartoum; Nyala; El Fasher; El Geneina=Geneina; Kassala
SDN camp: Shagarab@15.02,35.90
SDN hub: Dongola
SEN settlement: Dakar; Saint-Louis=Saint-Louis; Tambacounda; Ziguinchor
SOM settlement: Mogadishu; Kismayo; Hargeisa=Hargeysa; Baidoa
SOM port: Bosaso
SRB settlement: Belgrade; Nis=Niš
SRB hub: Presevo@42.31,21.65; Subotica
SSD settlement: Juba; Malakal; Wau; Bentiu@9.26,29.80
SYR settlement: Damascus; Aleppo; Homs; Deir ez-Zor=Dayr az Zawr; Daraa=Dar‘ā; Latakia
TCD settlement: N'Djamena=N'Djamena; Abeche=Abéché; Moundou
TCD camp: Goz Beida@12.22,21.41
TCD hub: Faya@17.93,19.10
TUN settlement: Tunis; Sfax; Gafsa
TUN port: Zarzis
TUR hub: Istanbul; Ankara
TUR port: Izmir; Bodrum; Ayvalik; Mersin
TUR border: Edirne; Van
TUR camp: Gaziantep; Sanliurfa=Şanlıurfa
UGA hub: Kampala
UGA camp: Adjumani; Nakivale@-0.78,30.95
UKR settlement: Kyiv; Lviv; Donetsk; Kharkiv; Odesa
UKR border: Uzhhorod
XKX settlement: Pristina; Prizren
YEM camp: Aden; Kharaz@12.85,44.38
YEM hub: Sanaa
AUT destination: Vienna; Graz
AUT border: Nickelsdorf@47.94,17.07
BEL destination: Brussels
BGR destination: Sofia
BGR border: Svilengrad@41.77,26.20
CHE destination: Zurich=Zürich
CYP destination: Nicosia
CYP port: Larnaca
CZE destination: Prague
DEU destination: Frankfurt=Frankfurt am Main; Berlin; Munich; Hamburg; Cologne=Köln
DNK destination: Copenhagen
ESP destination: Madrid; Barcelona
ESP port: Algeciras; Almeria=Almería; Las Palmas=Las Palmas de Gran Canaria
ESP border: Ceuta; Melilla
EST destination: Tallinn
FIN destination: Helsinki
FRA destination: Paris; Marseille; Lyon
FRA border: Calais
GBR destination: London; Birmingham
GBR port: Dover
GRC destination: Athens; Thessaloniki
GRC port: Lesbos@39.11,26.55; Samos@37.75,26.97; Kos@36.89,27.29; Patras=Pátra; Igoumenitsa@39.50,20.27
GRC border: Orestiada@41.50,26.53; Idomeni@41.12,22.51
HRV destination: Zagreb
HRV border: Tovarnik@45.16,19.15
HUN destination: Budapest
HUN border: Roszke@46.19,20.04; Zahony@48.41,22.18
IRL destination: Dublin
ITA destination: Rome; Milan
ITA port: Lampedusa@35.50,12.61; Catania; Lecce; Cagliari; Bari
ITA border: Ventimiglia; Trieste
LTU destination: Vilnius
LUX destination: Luxembourg
LVA destination: Riga
MLT destination: Valletta@35.90,14.51
NLD destination: Amsterdam
NOR destination: Oslo
POL destination: Warsaw
POL border: Medyka@49.80,22.93
PRT destination: Lisbon
ROU destination: Bucharest; Timisoara=Timişoara
SVK destination: Bratislava
SVN destination: Ljubljana
SWE destination: Stockholm; Malmo=Malmö
"""

EDGES = """
road open: Damascus = Homs = Aleppo = Deir ez-Zor; Homs = Latakia; Damascus = Daraa; Latakia = Aleppo
road open: Homs = Deir ez-Zor
road open: Baghdad = Mosul = Erbil = Baghdad = Basra; Mosul = Dohuk = Erbil
road open: Kabul = Jalalabad; Kabul = Kandahar = Herat; Kabul = Kunduz = Mazar-e Sharif = Herat
road open: Kabul = Mazar-e Sharif; Kabul = Herat
road open: Karachi = Lahore = Islamabad = Peshawar; Karachi = Quetta = Lahore
road open: Dhaka = Chittagong; Dhaka = Sylhet
road open: Tehran = Mashhad = Zahedan = Shiraz = Tehran = Tabriz = Urmia
road open: Mogadishu = Kismayo; Mogadishu = Baidoa = Kismayo; Mogadishu = Hargeisa = Bosaso = Mogadishu
road open: Asmara = Keren = Barentu = Asmara
road open: Addis Ababa = Jijiga; Addis Ababa = Mekele = Shire; Addis Ababa = Gambela; Addis Ababa = Dollo Ado
road open: Addis Ababa = Shire
road open: Khartoum = El Fasher = Nyala = El Geneina = El Fasher; Khartoum = Kassala = Shagarab = Khartoum = Dongola
road open: Khartoum = Nyala
road open: Juba = Malakal = Bentiu = Wau = Juba
road open: Lagos = Benin City = Abuja = Kano = Maiduguri = Abuja; Lagos = Kano
road open: Niamey = Agadez = Zinder = Diffa; Niamey = Mangaize; Agadez = Arlit; Agadez = Dirkou; Niamey = Zinder
road open: Bamako = Kayes; Bamako = Mopti = Gao = Kidal; Mopti = Timbuktu = Gao
road open: Dakar = Saint-Louis; Dakar = Tambacounda = Ziguinchor; Conakry = Labe; Conakry = Nzerekore
road open: Serekunda = Basse
road open: Abidjan = Bouake = Man = Abidjan; Accra = Kumasi = Tamale; Douala = Yaounde = Maroua = Minawao
road open: Ouagadougou = Bobo-Dioulasso; Ouagadougou = Mentao
road open: Kinshasa = Bukavu = Goma = Bunia; Kinshasa = Goma; N'Djamena = Abeche = Goz Beida; N'Djamena = Moundou
road open: N'Djamena = Faya = Abeche; Bangui = Birao
road open: Casablanca = Fes = Oujda = Nador = Fes; Casablanca = Tangier; Casablanca = Marrakesh = Laayoune
road open: Fes = Tangier
road open: Algiers = Oran = Maghnia; Algiers = Annaba; Algiers = Tamanrasset = In Guezzam
road open: Tunis = Sfax = Zarzis; Tunis = Gafsa = Sfax
road open: Tripoli = Misrata = Benghazi = Kufra; Tripoli = Sabha; Tripoli = Zuwara; Kufra = Sabha; Sabha = Misrata
road open: Cairo = Alexandria = Rosetta; Cairo = Asyut = Aswan
road open: Tirana = Shkoder; Tirana = Vlore; Pristina = Prizren; Belgrade = Nis = Presevo; Belgrade = Subotica
road open: Skopje = Bitola; Skopje = Gevgelija; Sarajevo = Bihac
rail open: Kyiv = Lviv = Uzhhorod; Kyiv = Kharkiv = Donetsk = Kyiv = Odesa
road open: Istanbul = Edirne; Istanbul = Ankara = Izmir = Istanbul; Izmir = Bodrum; Izmir = Ayvalik = Istanbul
road open: Ankara = Gaziantep = Sanliurfa; Ankara = Mersin = Gaziantep; Van = Ankara; Van = Sanliurfa
road open: Beirut = Zahle; Beirut = Tripoli (Lebanon); Amman = Zaatari; Nairobi = Dadaab; Nairobi = Kakuma
road open: Kampala = Adjumani; Kampala = Nakivale
road open: Nouakchott = Nouadhibou; Nouakchott = Mbera; Sanaa = Aden = Kharaz
road border: Aleppo = Gaziantep; Deir ez-Zor = Sanliurfa; Latakia = Mersin; Damascus = Zahle; Damascus = Beirut
road border: Homs = Tripoli (Lebanon); Daraa = Zaatari; Daraa = Amman; Deir ez-Zor = Dohuk; Deir ez-Zor = Mosul
road border: Damascus = Baghdad; Baghdad = Amman
road border: Mosul = Sanliurfa; Dohuk = Sanliurfa; Erbil = Van; Erbil = Urmia; Basra = Shiraz; Baghdad = Tehran
foot border: Urmia > Van; Tabriz > Van
road border: Herat = Mashhad; Kandahar = Quetta; Jalalabad = Peshawar; Quetta = Zahedan; Kandahar = Zahedan
road border: Dhaka > Lahore; Karachi > Zahedan; Van > Urmia
road border: Kismayo = Dadaab; Mogadishu = Dollo Ado; Baidoa = Dollo Ado; Baidoa = Dadaab; Hargeisa = Jijiga
sea border: Bosaso > Aden; Hargeisa > Kharaz
foot border: Keren > Shagarab; Barentu > Kassala; Barentu > Shire; Asmara > Shire; Asmara > Mekele; Barentu > Shagarab
road border: Shire = Kassala; Addis Ababa = Kassala; Addis Ababa = Khartoum; Addis Ababa = Nairobi; Gambela = Malakal
road border: Juba = Adjumani; Juba = Kakuma; Juba = Kampala; Nairobi = Kampala
road border: Malakal = Khartoum; Bentiu = Khartoum; Wau = Nyala; Wau = Birao; Bunia = Adjumani; Bunia = Kampala
road border: Goma = Nakivale; Bukavu = Nakivale; Kinshasa = Bangui
road border: Nyala = Birao; El Geneina = Abeche; Nyala = Goz Beida; El Geneina = Goz Beida; Bangui = Moundou
road border: Bangui = Yaounde; Moundou = Maroua; N'Djamena = Maroua
road border: Khartoum > Kufra; Dongola > Kufra; El Fasher > Kufra; Faya > Sabha; Faya > Kufra; Dongola = Aswan
road border: Khartoum = Aswan; Kufra > Khartoum; Sabha > Agadez
road border: Agadez > Sabha; Dirkou > Sabha; Arlit > Tamanrasset; Arlit = In Guezzam; Kidal > Tamanrasset
road border: Gao > Tamanrasset; Tamanrasset > Sabha; Tamanrasset > Arlit
road border: Maiduguri = Maroua; Maiduguri = Diffa; Maiduguri = Minawao; Maiduguri = N'Djamena; Diffa = N'Djamena
road border: N'Djamena > Sabha; Benin City = Douala; Douala = Kinshasa; Zinder = N'Djamena
road open: Kano = Zinder; Kano = Agadez; Lagos = Niamey; Lagos = Accra; Accra = Abidjan; Tamale = Ouagadougou
road open: Ouagadougou = Niamey; Bobo-Dioulasso = Bouake; Bobo-Dioulasso = Bamako; Bouake = Bamako
road open: Mopti = Ouagadougou; Gao = Niamey; Gao = Mangaize; Timbuktu = Mentao
road open: Kayes = Tambacounda; Bamako = Labe; Labe = Tambacounda; Nzerekore = Man; Nzerekore = Bamako
road open: Basse = Tambacounda; Serekunda = Dakar; Serekunda = Ziguinchor; Bamako = Abidjan
road border: Saint-Louis = Nouakchott; Timbuktu = Mbera; Kayes = Nouakchott; Bamako = Nouakchott
road border: Nouadhibou = Laayoune
foot border: Maghnia = Oujda
road border: Annaba = Tunis; Gafsa = Annaba; Zarzis = Zuwara; Benghazi = Alexandria; Cairo > Benghazi
road border: Tamanrasset > Tripoli
sea border: Amman > Cairo
road border: Presevo = Skopje; Prizren = Skopje; Prizren = Tirana; Pristina = Nis; Pristina = Presevo; Tirana = Skopje
road border: Shkoder = Podgorica; Podgorica = Sarajevo; Podgorica = Pristina; Belgrade = Sarajevo
road border: Podgorica = Belgrade
sea border central_mediterranean: Tripoli > Lampedusa; Zuwara > Lampedusa; Zuwara > Valletta; Misrata > Catania; Misrata > Lampedusa
sea border central_mediterranean: Benghazi > Catania; Tripoli > Valletta; Tripoli > Catania; Sfax > Lampedusa; Zarzis > Lampedusa
sea border central_mediterranean: Tunis > Catania; Rosetta > Catania; Alexandria > Catania; Annaba > Cagliari; Izmir > Lecce
sea border central_mediterranean: Mersin > Catania; Bodrum > Lecce; Vlore > Lecce; Igoumenitsa > Lecce; Patras > Bari
sea border central_mediterranean: Alexandria > Lecce
sea border eastern_mediterranean: Ayvalik > Lesbos; Izmir > Lesbos; Izmir > Samos; Bodrum > Kos; Bodrum > Samos; Mersin > Larnaca
sea border eastern_mediterranean: Tripoli (Lebanon) > Larnaca
foot border eastern_mediterranean: Edirne > Orestiada; Edirne > Svilengrad; Istanbul > Svilengrad
sea border western_mediterranean: Tangier > Algeciras; Nador > Almeria; Oran > Almeria; Algiers > Almeria; Tangier > Ceuta
sea border western_mediterranean: Nador > Melilla; Algiers > Barcelona
foot border western_mediterranean: Tangier > Ceuta; Nador > Melilla; Oujda > Melilla
sea border western_africa: Nouadhibou > Las Palmas; Dakar > Las Palmas; Laayoune > Las Palmas; Saint-Louis > Las Palmas
sea border western_africa: Nouakchott > Las Palmas; Serekunda > Las Palmas
foot border western_balkans: Subotica > Roszke; Belgrade > Tovarnik; Belgrade > Roszke; Subotica > Tovarnik; Belgrade > Timisoara
foot border western_balkans: Bihac > Zagreb; Sarajevo > Zagreb; Pristina > Roszke; Podgorica > Zagreb
foot border: Idomeni > Gevgelija; Thessaloniki > Bitola; Vlore > Igoumenitsa; Tirana > Thessaloniki
foot border: Gevgelija > Idomeni; Skopje > Thessaloniki; Sofia > Nis; Bitola > Thessaloniki
foot border: Lviv > Medyka; Uzhhorod > Zahony; Uzhhorod > Bratislava; Odesa > Bucharest; Lviv > Warsaw; Kyiv > Vilnius
sea open: Lesbos = Athens; Samos = Athens; Kos = Athens; Lampedusa > Catania; Cagliari = Rome; Valletta = Catania
sea open: Algeciras = Ceuta; Almeria = Melilla; Las Palmas > Madrid; Bari > Igoumenitsa; Lecce > Patras
sea open: Helsinki = Tallinn; Stockholm = Helsinki; Stockholm = Riga
sea border: Larnaca > Athens; Athens > Larnaca; Igoumenitsa > Bari; Patras > Lecce
road open: Larnaca = Nicosia; Orestiada = Thessaloniki = Idomeni
road open: Thessaloniki = Athens = Patras = Igoumenitsa = Thessaloniki; Svilengrad = Sofia; Tovarnik = Zagreb
road open: Roszke = Budapest; Zahony = Budapest; Timisoara = Bucharest; Medyka = Warsaw; London = Birmingham
road open: London = Dover
road border: Svilengrad = Orestiada; Sofia = Thessaloniki; Sofia = Bucharest; Timisoara = Budapest
road border: Bucharest = Budapest; Zagreb = Ljubljana; Zagreb = Budapest; Zagreb = Trieste; Calais = Dover
sea border: Birmingham = Dublin
rail open: Catania = Rome = Milan = Ventimiglia = Marseille; Lecce = Bari = Rome; Milan = Zurich; Milan = Munich
rail open: Milan = Trieste = Ljubljana = Graz = Vienna; Milan = Lyon; Trieste = Vienna
rail open: Budapest = Nickelsdorf = Vienna = Munich; Budapest = Bratislava = Vienna = Prague = Berlin
rail open: Bratislava = Prague; Budapest = Ljubljana; Graz = Munich; Vienna = Zurich; Prague = Munich; Vienna = Warsaw
rail open: Bratislava = Warsaw
rail open: Munich = Frankfurt = Cologne = Hamburg; Munich = Berlin = Hamburg = Copenhagen = Malmo = Stockholm = Oslo
rail open: Frankfurt = Berlin = Cologne; Berlin = Warsaw = Vilnius = Riga = Tallinn; Malmo = Oslo
rail open: Munich = Zurich = Frankfurt; Frankfurt = Hamburg; Stockholm = Hamburg
rail open: Cologne = Brussels = Paris = Calais = Brussels = Amsterdam = Cologne; Frankfurt = Luxembourg = Brussels
rail open: Luxembourg = Paris; Paris = Lyon = Marseille = Barcelona = Madrid = Lisbon; Paris = Frankfurt
rail open: Lyon = Zurich; Madrid = Paris; Amsterdam = Hamburg; Algeciras = Madrid; Almeria = Madrid
rail open: Algeciras = Lisbon
"""
