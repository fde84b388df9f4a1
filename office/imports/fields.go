package imports

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Field is something that a column may hold. Its name for people is common.import.field.<ID>, or
// Name for a price list.
type Field struct {
	ID       string
	Required bool
	Name     string // of the firm's own making: a price list
	kind     string // text, date, amount, price, choice, yesno
	names    []string
}

// The names that columns bear elsewhere, as plain() leaves them: in both languages, as
// people write them, and as Invoice Ninja, Dolibarr, Excel address books and the usual
// accounting programs export them. Each belongs to one field of a kind.
var fieldsOf = map[string][]Field{
	Customers: {
		text("name", "nom", "nom du client", "nom client", "client", "raison sociale", "denomination", "societe", "entreprise", "nom du tiers", "tiers", "name", "customer", "customer name", "company", "company name", "client name", "organization", "organisation", "s nom", "display name", "nom complet", "full name", "intitule").must(),
		text("number", "numero", "numero client", "n client", "no client", "code client", "code tiers", "compte auxiliaire", "compte tiers", "number", "customer number", "client number", "customer id", "client id", "account number", "s code client", "reference client", "ref client", "compauxnum"),
		choice("kind", "nature", "type", "genre", "type de client", "customer type", "kind", "type du tiers", "s fk typent"),
		text("siren", "siren", "n siren", "numero siren", "id prof 1", "id professionnel 1", "s siren", "id number", "company number"),
		text("siret", "siret", "n siret", "numero siret", "id prof 2", "id professionnel 2", "s siret"),
		text("vat_number", "numero de tva", "n tva", "tva intracommunautaire", "n tva intracommunautaire", "numero tva", "tva intra", "vat number", "vat", "vat id", "tax number", "tax id", "s tva intra", "numero de tva intracommunautaire"),
		text("gst_number", "numero de tps", "numero tps", "n tps", "tps", "gst number", "gst", "gst hst number"),
		text("electronic_address", "adresse electronique", "adresse de facturation electronique", "electronic address", "peppol", "peppol id", "endpoint id", "routing id"),
		text("email", "courriel", "email", "e mail", "mail", "adresse email", "adresse e mail", "adresse mail", "adresse courriel", "email address", "s email", "mel"),
		text("phone", "telephone", "tel", "phone", "phone number", "telephone fixe", "fixe", "client phone", "s phone", "work phone", "telephone 1"),
		text("line1", "adresse", "adresse 1", "adresse ligne 1", "rue", "voie", "address", "address 1", "address1", "address line 1", "street", "street address", "billing street", "billing address", "s address", "adresse de facturation", "client address1"),
		text("line2", "adresse 2", "adresse ligne 2", "complement", "complement d adresse", "address 2", "address2", "address line 2", "apt suite", "apt", "suite", "client address2"),
		text("postcode", "code postal", "cp", "postcode", "postal code", "zip", "zip code", "zip postal code", "s zip", "client postal code", "billing zip"),
		text("city", "ville", "commune", "localite", "city", "town", "s town", "client city", "billing city"),
		text("region", "region", "province", "departement", "etat", "state", "state province", "county", "client state", "s fk departement"),
		choice("country", "pays", "code pays", "country", "country code", "s fk pays", "client country", "billing country", "pays code"),
		choice("language", "langue", "language", "locale", "s default lang", "language code"),
		choice("currency", "devise", "monnaie", "currency", "currency code", "s multicurrency code", "client currency"),
		text("terms", "conditions de paiement", "conditions de reglement", "delai de paiement", "delai", "echeance jours", "payment terms", "terms", "terms days", "s cond reglement", "net days", "jours"),
		text("contact_name", "contact", "nom du contact", "interlocuteur", "contact name", "contact full name", "attn", "a l attention de"),
		text("contact_first", "prenom", "prenom du contact", "first name", "firstname", "contact first name", "given name", "s firstname"),
		text("contact_last", "nom de famille", "nom contact", "last name", "lastname", "contact last name", "surname", "family name"),
		text("contact_email", "courriel du contact", "email du contact", "email contact", "contact email", "contact e mail", "contact email address"),
		text("contact_phone", "telephone du contact", "tel contact", "portable", "mobile", "contact phone", "telephone portable", "mobile phone"),
		text("ship_line1", "adresse de livraison", "livraison adresse", "shipping address", "shipping street", "shipping address1", "ship to street"),
		text("ship_line2", "complement de livraison", "shipping apt suite", "shipping address2"),
		text("ship_postcode", "code postal de livraison", "livraison code postal", "shipping postal code", "shipping zip"),
		text("ship_city", "ville de livraison", "livraison ville", "shipping city"),
		choice("ship_country", "pays de livraison", "livraison pays", "shipping country"),
		text("notes", "notes", "note", "remarques", "commentaire", "commentaires", "observations", "private notes", "comments", "remarks", "s note private", "note privee"),
	},
	Items: {
		text("code", "code", "reference", "ref", "code article", "ref produit", "reference produit", "item", "item code", "product", "product key", "product code", "sku", "p ref", "produit", "article").must(),
		text("name", "designation", "libelle", "nom", "intitule", "name", "title", "label", "item name", "product name", "p label", "nom du produit").must(),
		text("description", "description", "detail", "details", "descriptif", "notes", "p description", "description longue"),
		choice("nature", "nature", "type", "bien ou service", "kind", "product type", "p fk product type", "item type"),
		choice("unit", "unite", "unite de mesure", "unite de vente", "unit", "uom", "unit of measure", "p fk unit", "u"),
		choice("currency", "devise", "monnaie", "currency"),
		price("unit_price", "prix", "prix unitaire", "prix ht", "prix unitaire ht", "prix de vente", "prix de vente ht", "pu ht", "pu", "tarif", "price", "unit price", "selling price", "sales price", "rate", "p price", "net price", "unit price excl tax"),
		price("cost_price", "prix de revient", "prix d achat", "prix d achat ht", "cout", "cout d achat", "cost", "cost price", "purchase price", "p cost price", "pa ht"),
		text("provider", "fournisseur", "marque", "provider", "supplier", "vendor", "manufacturer", "fabricant"),
		choice("tax", "tva", "taux tva", "taux de tva", "taxe", "taxes", "taux", "tax", "tax rate", "vat", "vat rate", "tax rate 1", "tax rate1", "p tva tx", "code tva"),
	},
	Invoices: {
		text("number", "numero", "numero de facture", "numero facture", "n facture", "n de facture", "no facture", "facture", "piece", "numero de piece", "ref facture", "number", "invoice", "invoice number", "invoice no", "invoice id", "document number", "f ref", "f facnumber", "ref", "reference").must(),
		text("customer_number", "code client", "numero client", "n client", "compte client", "compte auxiliaire", "code tiers", "customer number", "client number", "customer id", "client id", "s code client", "compauxnum"),
		text("customer_name", "client", "nom du client", "nom client", "tiers", "nom du tiers", "raison sociale", "customer", "customer name", "client name", "s nom", "societe", "company", "bill to", "nom", "name"),
		text("customer_siren", "siren", "siret", "siren client", "siret client", "s siren", "s siret"),
		text("customer_email", "courriel", "email", "e mail", "email client", "courriel client", "customer email", "client email", "contact email"),
		date("issue_date", "date", "date de facture", "date facture", "date de facturation", "date facturation", "date d emission", "emission", "date piece", "issue date", "invoice date", "date issued", "f datef", "document date").must(),
		date("due_date", "echeance", "date d echeance", "date echeance", "date limite reglement", "date limite de reglement", "date limite paiement", "due date", "due", "payment due", "f date lim reglement"),
		text("order_number", "commande", "numero de commande", "n commande", "bon de commande", "ref client", "reference client", "po", "po number", "purchase order", "order number", "f ref client"),
		choice("currency", "devise", "monnaie", "currency", "currency code", "client currency", "f multicurrency code"),
		amount("excl", "total ht", "montant ht", "ht", "hors taxes", "net", "total hors taxes", "subtotal", "net amount", "total excl tax", "amount excl tax", "f total ht", "f total", "sous total"),
		amount("tax", "tva", "montant tva", "montant de la tva", "total tva", "taxes", "total taxes", "tax", "tax amount", "vat amount", "vat", "f total tva", "f tva"),
		amount("incl", "total ttc", "montant ttc", "ttc", "total", "montant", "montant total", "amount", "total amount", "total incl tax", "gross", "gross amount", "invoice total", "f total ttc", "invoice amount"),
		amount("paid", "paye", "deja paye", "deja regle", "regle", "montant paye", "montant regle", "acompte", "paid", "paid to date", "amount paid", "paid amount"),
		amount("left", "reste a payer", "reste du", "solde", "solde du", "restant du", "reste", "balance", "balance due", "amount due", "open amount", "outstanding", "remaining"),
		choice("nature", "nature", "type", "bien ou service", "kind"),
		yesno("waiting", "tva sur encaissements", "tva sur encaissement", "tva a l encaissement", "tva sur les encaissements", "tva en attente", "vat on payment", "vat on payments", "cash accounting", "tva exigible au paiement"),
		text("rate", "taux de change", "cours", "exchange rate", "taux de change devise"),
	},
}

func field(kind, id string, names []string) Field { return Field{ID: id, kind: kind, names: names} }

func text(id string, names ...string) Field   { return field("text", id, names) }
func choice(id string, names ...string) Field { return field("choice", id, names) }
func date(id string, names ...string) Field   { return field("date", id, names) }
func amount(id string, names ...string) Field { return field("amount", id, names) }
func price(id string, names ...string) Field  { return field("price", id, names) }
func yesno(id string, names ...string) Field  { return field("yesno", id, names) }

func (f Field) must() Field {
	f.Required = true
	return f
}

// plain brings a name to the form in which names are compared: small letters and figures
// with one space between words.
func plain(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		case r == '°' || r == 'º': // n° is n
		default:
			space = true
		}
	}
	return b.String()
}

// match gives each column the field whose name it bears, each field once, the first column
// that bears the better name first.
func match(fields []Field, head []string) []string {
	columns := make([]string, len(head))
	taken := map[string]bool{}
	for _, pass := range []func(string) string{plain, bare} { // as it stands, then without what is in brackets
		for i, h := range head {
			if columns[i] != "" {
				continue
			}
			name := pass(h)
			for _, f := range fields {
				if !taken[f.ID] && name != "" && (f.Name != "" && plain(f.Name) == name || contains(f.names, name) || plain(f.ID) == name) {
					columns[i], taken[f.ID] = f.ID, true
					break
				}
			}
		}
	}
	return columns
}

// bare leaves out what stands in brackets, the star of a required field, and the unit of money.
func bare(s string) string {
	if i := strings.IndexAny(s, "(["); i > 0 {
		s = s[:i]
	}
	words := strings.Fields(plain(s))
	kept := words[:0]
	for _, w := range words {
		switch w {
		case "eur", "euros", "cad", "usd":
		default:
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
