package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"time"

	"comptoir/core/locale"
)

var printedAt = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

// tr gives a text of the catalogue, as the makers of papers do.
func tr(lang, key string, args ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return locale.T(lang, "pdf."+key, m)
}

func eur(minor int64) string { return locale.Amount("fr", minor, "EUR") }

// plainNum writes 2 370,00: amounts in the table go without the currency.
func plainNum(minor int64) string {
	return strings.TrimRight(strings.TrimSuffix(eur(minor), "€"), "\u00a0\u202f ")
}

var (
	seller = Party{
		Name: "Atelier Martin SARL", Lines: []string{"12 rue des Canuts", "69004 Lyon"},
		Identifiers: []string{"SIRET 100 000 009 00017", "TVA FR88 100 000 009"},
		Email:       "bonjour@atelier-martin.example", Phone: "04 78 00 00 00", Website: "atelier-martin.example",
	}
	buyer = Party{
		Name: "Dupont Frères SAS", Lines: []string{"Service comptabilité", "14 avenue de l’Opéra", "75001 Paris"},
		Identifiers: []string{"SIREN 200 000 008", "TVA FR37 200 000 008"},
	}
	sellerFooter = []string{
		"Atelier Martin SARL au capital de 10\u202f000\u00a0€ – RCS Lyon 100 000 009 – TVA FR88 100 000 009",
		"12 rue des Canuts, 69004 Lyon – 04 78 00 00 00 – bonjour@atelier-martin.example",
	}
	frenchMentions = []string{
		"Pas d’escompte pour paiement anticipé.",
		"En cas de retard de paiement, pénalités au taux de 12,15\u00a0% l’an et indemnité forfaitaire pour frais de recouvrement\u00a0: 40\u00a0€ (art. L441-10 du code de commerce).",
	}
)

type sampleLine struct {
	text, detail string
	qty, unit    string
	price        string
	discount     string
	tax          string
	net          int64
}

func lines(in ...sampleLine) (out []Line) {
	var sum int64
	for _, l := range in {
		sum += l.net
		out = append(out, Line{l.text, l.detail, l.qty, l.unit, l.price, l.discount, l.tax, plainNum(l.net), plainNum(sum)})
	}
	return out
}

// french is golden invoice 01 of the facts: services at 20 %.
func french() Paper {
	return Paper{
		Lang: "fr", Kind: "invoice", Title: tr("fr", "title.invoice"), Number: "FA-2026-0001",
		Seller: seller, Buyer: buyer, BuyerRole: tr("fr", "buyer.invoice"),
		Due:      Due{tr("fr", "due.invoice"), eur(284400), tr("fr", "due.invoice_date", "date", "21 décembre 2026")},
		Facts:    []Fact{{tr("fr", "fact.issued"), "21 novembre 2026"}, {tr("fr", "fact.service_end"), "18 novembre 2026"}, {tr("fr", "fact.order"), "BC-4471"}, {tr("fr", "fact.nature"), tr("fr", "nature.services")}},
		Headings: Headings{UnitPrice: tr("fr", "column.unit_price_excl"), Tax: tr("fr", "column.vat"), Net: tr("fr", "column.net_excl")},
		Lines: lines(
			sampleLine{"Conception du site et de ses gabarits", "Maquettes, intégration, mise en ligne", "3", "jours", "650,00", "", "20\u00a0%", 195000},
			sampleLine{"Formation de l’équipe", "", "3,5", "h", "120,00", "", "20\u00a0%", 42000},
		),
		Totals: []Row{{tr("fr", "total.excl"), eur(237000), false}, {"TVA 20\u00a0%", eur(47400), false}, {tr("fr", "total.incl"), eur(284400), true}},
		Taxes:  []TaxRow{{"TVA", "20\u00a0%", eur(237000), eur(47400)}},
		Payment: &Payment{
			IBAN: "FR76 3000 6000 0112 3456 7890 189", BIC: "AGRIFRPP", BankName: "Crédit Agricole", Reference: "FA-2026-0001",
			EPC: "BCD\n002\n1\nSCT\n\nAtelier Martin SARL\nFR7630006000011234567890189\nEUR2844.00\n\n\nFA-2026-0001",
		},
		Mentions: frenchMentions, Footer: sellerFooter, Created: printedAt,
	}
}

// mixed has twelve lines, three rates, discounts and a delivery address.
func mixed() Paper {
	p := french()
	p.Number = "FA-2026-0002"
	p.DeliverTo = &Party{Name: "Dupont Frères, dépôt de Pantin", Lines: []string{"8 rue Hoche", "93500 Pantin"}}
	p.Facts[3].Value = tr("fr", "nature.mixed")
	p.Look.Accent, p.Look.Logo = "#7A2E1D", logoPNG(420, 120)
	p.Lines = lines(
		sampleLine{"Chaise de bureau Alba", "Tissu gris, accoudoirs réglables", "6", "pièces", "189,00", "10\u00a0%", "20\u00a0%", 102060},
		sampleLine{"Table de réunion 240 × 110 cm", "Chêne massif huilé", "1", "pièce", "1\u202f450,00", "", "20\u00a0%", 145000},
		sampleLine{"Lampe Orée", "", "6", "pièces", "74,50", "10\u00a0%", "20\u00a0%", 40230},
		sampleLine{"Livre « Habiter le travail »", "", "12", "ex.", "22,75", "", "5,5\u00a0%", 27300},
		sampleLine{"Catalogue des essences", "", "2", "ex.", "15,00", "", "5,5\u00a0%", 3000},
		sampleLine{"Pose et réglage sur place", "Deux personnes, hors déplacement", "7,25", "h", "48,00", "", "10\u00a0%", 34800},
		sampleLine{"Dépose de l’ancien mobilier et évacuation vers une filière agréée, avec bordereau de suivi", "", "1", "forfait", "260,00", "", "10\u00a0%", 26000},
		sampleLine{"Panneau acoustique 60 × 120", "", "14", "pièces", "39,90", "−25,00", "20\u00a0%", 53360},
		sampleLine{"Goulotte de sol", "", "18,4", "m", "12,3456", "", "20\u00a0%", 22716},
		sampleLine{"Multiprise encastrée", "", "4", "pièces", "58,00", "", "20\u00a0%", 23200},
		sampleLine{"Caisson mobile trois tiroirs", "", "6", "pièces", "129,00", "10\u00a0%", "20\u00a0%", 69660},
		sampleLine{"Livraison à Pantin", "", "1", "", "85,00", "", "20\u00a0%", 8500},
	)
	p.Totals = []Row{
		{tr("fr", "total.lines"), eur(555826), false}, {"Remise de bienvenue 2\u00a0%", "−" + eur(11117), false}, {tr("fr", "total.excl"), eur(544709), false},
		{"TVA 20\u00a0%", eur(91038), false}, {"TVA 10\u00a0%", eur(5958), false}, {"TVA 5,5\u00a0%", eur(1633), false}, {tr("fr", "total.incl"), eur(643338), false},
		{tr("fr", "total.deposit", "number", "FA-2026-0000"), "−" + eur(108000), false}, {tr("fr", "total.due"), eur(535338), true},
	}
	p.Taxes = []TaxRow{{"TVA", "20\u00a0%", eur(455433), eur(91038)}, {"TVA", "10\u00a0%", eur(59584), eur(5958)}, {"TVA", "5,5\u00a0%", eur(29692), eur(1633)}}
	p.Due.Amount = eur(535338)
	p.Notes = "Merci de votre confiance. Le caisson à la serrure grippée sera échangé lors de notre prochain passage, sans frais."
	p.Terms = "Les marchandises restent notre propriété jusqu’au paiement complet de leur prix. Garantie de deux ans sur le mobilier, dix ans sur le bois massif."
	return p
}

// quebec is an invoice with TPS and TVQ on Letter paper, the address at the left.
func quebec(lang string) Paper {
	fr := lang == "fr"
	pick := func(a, b string) string {
		if fr {
			return a
		}
		return b
	}
	cad := func(minor int64) string { return locale.AmountOfCountry(lang, minor, "CAD") }
	return Paper{
		Lang: lang, Kind: "invoice", Title: tr(lang, "title.invoice"), Number: "2026-118",
		Look: Look{Letter: true, AddressLeft: true, Accent: "#1D4E89"},
		Seller: Party{
			Name: "Menuiserie du Plateau inc.", Lines: []string{"4210, rue Saint-Denis", "Montréal (Québec)  H2J 2K8"},
			Identifiers: []string{"NEQ 1170000003", "TPS 123456782 RT0001", "TVQ 1234567891 TQ0001"}, Phone: "514 555-0142", Email: "atelier@menuiserie-plateau.example",
		},
		Buyer:     Party{Name: "Café des Érables", Lines: []string{"1187, avenue du Mont-Royal Est", "Montréal (Québec)  H2J 1X9"}},
		BuyerRole: tr(lang, "buyer.invoice"),
		Due:       Due{tr(lang, "due.invoice"), cad(413910), tr(lang, "due.invoice_date", "date", pick("21 décembre 2026", "21 Dec 2026"))},
		Facts:     []Fact{{tr(lang, "fact.issued"), pick("21 novembre 2026", "21 Nov 2026")}, {tr(lang, "fact.delivered"), pick("19 novembre 2026", "19 Nov 2026")}},
		Lines: []Line{
			{pick("Comptoir en érable, huilé", "Maple counter, oiled"), pick("4,20 m, chants arrondis", "4.20 m, rounded edges"), "1", "", cad(285000), "", "TPS + TVQ", cad(285000), cad(285000)},
			{pick("Tablettes murales", "Wall shelves"), "", "6", "", cad(12500), "", "TPS + TVQ", cad(75000), cad(360000)},
		},
		Totals:  []Row{{tr(lang, "total.excl_plain"), cad(360000), false}, {"TPS 5\u00a0%", cad(18000), false}, {pick("TVQ 9,975\u00a0%", "TVQ 9.975%"), cad(35910), false}, {tr(lang, "total.incl_plain"), cad(413910), true}},
		Taxes:   []TaxRow{{"TPS 123456782 RT0001", pick("5\u00a0%", "5%"), cad(360000), cad(18000)}, {"TVQ 1234567891 TQ0001", pick("9,975\u00a0%", "9.975%"), cad(360000), cad(35910)}},
		Payment: &Payment{Heading: pick("Régler", "How to pay"), Lines: []string{tr(lang, "payment.cheque", "name", "Menuiserie du Plateau inc."), tr(lang, "payment.online", "address", "https://192.168.1.20:8443/f/7kq2")}},
		Footer:  []string{"Menuiserie du Plateau inc. – 4210, rue Saint-Denis, Montréal (Québec) H2J 2K8"},
		Created: printedAt,
	}
}

// long has n lines, so that the table goes on over many pages.
func long(n int) Paper {
	p := french()
	p.Number = "FA-2026-0300"
	in := make([]sampleLine, n)
	for i := range in {
		in[i] = sampleLine{fmt.Sprintf("Article n°\u00a0%d du catalogue d’hiver", i+1), "", fmt.Sprint(i%9 + 1), "pièces", plainNum(1250), "", "20\u00a0%", int64(i%9+1) * 1250}
		if i%7 == 3 {
			in[i].detail = "Réf. 30" + fmt.Sprint(1000+i) + ", coloris au choix"
		}
	}
	p.Lines = lines(in...)
	return p
}

// draft has no number, a very long name and words that do not break.
func draft() Paper {
	p := french()
	p.Number, p.Payment = "", nil
	p.Seller.Name = "Société coopérative et participative des artisans réunis du Haut-Jura"
	p.Buyer = Party{
		Name:  "Association interdépartementale pour le développement des circuits courts et de l’artisanat rural en Auvergne-Rhône-Alpes",
		Lines: []string{"Immeuble Le Grand Large, bâtiment C, escalier 4, 3e étage à gauche en sortant de l’ascenseur", "BP 40217", "69398 Lyon Cedex 03"},
	}
	p.Lines[0].Description = strings.Repeat("Donaudampfschiff", 9)
	p.Lines[0].Detail = "https://exemple.example/" + strings.Repeat("a1b2c3d4", 30)
	p.Lines[1].Quantity, p.Lines[1].UnitPrice, p.Lines[1].Net = "1\u202f000\u202f000\u202f000\u202f000", "9\u202f999\u202f999,9999", "9\u202f999\u202f999\u202f999\u202f999,99"
	p.Due.Amount = "9\u202f999\u202f999\u202f999\u202f999,99\u00a0€"
	return p
}

// abroad has letters that Inter has not.
func abroad() Paper {
	p := french()
	p.Number = "FA-2026-0007"
	p.Buyer = Party{Name: "شركة النور للتجارة", Lines: []string{"شارع الحبيب بورقيبة 12", "1000 تونس", "Tunisie"}}
	p.Lines = lines(
		sampleLine{"Traduction vers l’hébreu\u00a0: שלום עולם (2 pages)", "Ελληνικά, Русский, Türkçe, Tiếng Việt, Łódź", "2", "pages", "45,00", "", "0\u00a0%", 9000},
		sampleLine{"Atelier 😀 découverte 🥐 日本語", "a\u202eb inversé\u202c, cafe\u0301", "1", "", "90,00", "", "0\u00a0%", 9000},
	)
	return p
}

// essay has a description that alone fills more than a page.
func essay() Paper {
	p := french()
	p.Number = "FA-2026-0008"
	p.Lines[1].Detail = strings.Repeat("Une phrase de la description, assez longue pour aller à la ligne et revenir. ", 220)
	return p
}

func receipt() ReceiptPaper {
	return ReceiptPaper{
		Lang: "fr", Title: tr("fr", "title.receipt"), Number: "RE-2026-0012", Seller: seller, Buyer: buyer,
		Paid:  Due{tr("fr", "due.receipt"), eur(300000), tr("fr", "due.receipt_date", "date", "3 décembre 2026")},
		Facts: []Fact{{tr("fr", "fact.payment_method"), "Virement"}, {tr("fr", "fact.payment_reference"), "VIR DUPONT FRERES 1203"}},
		Settled: []Settled{
			{"Facture FA-2026-0001", "", "21 novembre 2026", eur(284400), eur(284400), eur(0)},
			{"Facture FA-2026-0002", "Mobilier du dépôt de Pantin", "21 novembre 2026", eur(535338), eur(10600), eur(524738)},
		},
		Totals: []Row{{"Affecté aux factures", eur(295000), false}, {tr("fr", "total.unapplied"), eur(5000), false}, {tr("fr", "total.received"), eur(300000), true}},
		Notes:  "Merci de votre règlement.", Footer: sellerFooter, Created: printedAt,
	}
}

func creditNote() Paper {
	p := french()
	p.Kind, p.Title, p.Number, p.BuyerRole = "credit_note", tr("fr", "title.credit_note"), "AV-2026-0001", tr("fr", "buyer.credit_note")
	p.Due = Due{tr("fr", "due.credit_note"), eur(54000), ""}
	p.Facts = []Fact{{tr("fr", "fact.issued"), "28 novembre 2026"}, {tr("fr", "fact.preceding"), tr("fr", "fact.preceding_value", "number", "FA-2026-0001", "date", "21 novembre 2026")}}
	p.Lines = lines(sampleLine{"Journée non effectuée", "", "1", "jour", "450,00", "", "20\u00a0%", 45000})
	p.Totals = []Row{{tr("fr", "total.excl"), eur(45000), false}, {"TVA 20\u00a0%", eur(9000), false}, {tr("fr", "total.credit"), eur(54000), true}}
	p.Taxes, p.Payment, p.Mentions = []TaxRow{{"TVA", "20\u00a0%", eur(45000), eur(9000)}}, nil, nil
	return p
}

func quote() Paper {
	p := mixed()
	p.Kind, p.Title, p.Number, p.BuyerRole = "quote", tr("fr", "title.quote"), "DE-2026-0031", tr("fr", "buyer.quote")
	p.Due = Due{tr("fr", "due.quote"), eur(643338), tr("fr", "due.quote_date", "date", "21 décembre 2026")}
	p.Lines, p.Payment, p.Mentions = p.Lines[:5], nil, nil
	p.Sign = []string{tr("fr", "sign.place"), tr("fr", "sign.date"), tr("fr", "sign.agreed")}
	return p
}

// logoPNG draws a mark with transparency around it.
func logoPNG(w, h int) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			d := math.Hypot(float64(x-h/2), float64(y-h/2)) / float64(h/2)
			if d < 0.95 && d > 0.6 || x > h+h/4 && y > h/3 && y < 2*h/3 && (x/(h/5))%2 == 0 {
				img.Set(x, y, color.NRGBA{0x7A, 0x2E, 0x1D, 255})
			}
		}
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

// samples are the documents that the tests print and a person may look at:
// go test ./edge/pdf -run Samples -write /tmp/papers
func samples() map[string]func(*Renderer) ([]byte, error) {
	invoice := func(p Paper) func(*Renderer) ([]byte, error) {
		return func(r *Renderer) ([]byte, error) { return r.Invoice(p) }
	}
	bare := french()
	bare.Payment, bare.Mentions, bare.Footer, bare.Taxes, bare.Facts, bare.Due = nil, nil, nil, nil, nil, Due{}
	return map[string]func(*Renderer) ([]byte, error){
		"french": invoice(french()), "mixed": invoice(mixed()), "quebec-fr": invoice(quebec("fr")), "quebec-en": invoice(quebec("en")),
		"long-300": invoice(long(300)), "long-13": invoice(long(13)), "long-14": invoice(long(14)), "long-15": invoice(long(15)), "long-16": invoice(long(16)),
		"draft": invoice(draft()), "abroad": invoice(abroad()), "essay": invoice(essay()), "credit-note": invoice(creditNote()), "quote": invoice(quote()),
		"bare": invoice(bare), "empty": invoice(Paper{}),
		"receipt": func(r *Renderer) ([]byte, error) { return r.Receipt(receipt()) },
	}
}
