package imports

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/office/catalog"
	"comptoir/rules/billing"
)

// itemJudge reads the catalogue.
type itemJudge struct {
	*plan
	seen map[string]int // row of each code
}

func (j *itemJudge) row(ctx context.Context, r *row) error {
	code := r.text("code")
	key := strings.ToLower(code)
	if above := j.seen[key]; above > 0 && key != "" {
		r.problem("code", "fault.import.twice", "row", above)
		return nil
	}
	j.seen[key] = r.n
	it := catalog.Item{Code: code, Nature: j.options.Nature, Unit: "C62", Currency: j.firm.Currency, TaxCodes: []string{}}
	publicID := j.items[key]
	if publicID != "" {
		if j.options.Existing != Update {
			r.pass("common.import.why.known")
			return nil
		}
		var err error
		if it, err = catalog.ByPublicID(ctx, j.q, publicID); err != nil {
			return err
		}
		it.Code = code
		r.changes()
	}
	j.read(r, &it)
	checked, err := catalog.Check(it)
	if err != nil {
		return j.form(err, func(path string) (int, string, string) {
			id := map[string]string{"unitPriceE4": "unit_price", "costPriceE4": "cost_price", "taxCodes": "tax"}[path]
			if _, known := j.byID[path]; id == "" && known {
				id = path
			}
			return r.n, id, r.raw(id)
		})
	}
	j.records = append(j.records, &record{row: r.n, change: publicID != "", store: func(ctx context.Context, tx *db.Tx, who actor.Actor) error {
		if publicID != "" {
			return j.service.Catalog.ChangeTx(ctx, tx, who, checked)
		}
		_, err := j.service.Catalog.CreateTx(ctx, tx, who, checked)
		return err
	}})
	return nil
}

func (j *itemJudge) end() {}

func (j *itemJudge) read(r *row, it *catalog.Item) {
	r.into("name", &it.Name)
	if r.has("description") {
		it.Description = r.raw("description")
		r.show("description", "text", it.Description, 0, "")
	}
	if it.Name == "" && it.Description != "" { // lists that hold one text
		it.Name, _, _ = strings.Cut(it.Description, "\n")
		if it.Name == it.Description {
			it.Description = ""
		}
	}
	r.into("provider", &it.Provider)
	r.choose("nature", &it.Nature, natureWords)
	r.choose("unit", &it.Unit, unitWords())
	r.currency("currency", &it.Currency)
	r.price("unit_price", it.Currency, &it.UnitPriceE4)
	r.price("cost_price", it.Currency, &it.CostPriceE4)
	j.tax(r, it)
	for id, l := range j.lists {
		if !r.has(id) {
			continue
		}
		var e4 int64
		r.price(id, l.Currency, &e4)
		set := false
		for i := range it.Prices {
			if it.Prices[i].ListID == l.PublicID {
				it.Prices[i].UnitPriceE4, set = e4, true
			}
		}
		if !set {
			it.Prices = append(it.Prices, catalog.ListPrice{ListID: l.PublicID, UnitPriceE4: e4})
		}
	}
}

// natureWords: Dolibarr says 0 for a product and 1 for a service.
var natureWords = map[string]string{"bien": "goods", "biens": "goods", "produit": "goods", "marchandise": "goods", "goods": "goods", "product": "goods", "good": "goods", "0": "goods", "stock": "goods", "physical": "goods",
	"service": "services", "services": "services", "prestation": "services", "prestations": "services", "1": "services", "main d oeuvre": "services", "labour": "services"}

// unitWords are the units' own names, long and short, in both languages, and what people write.
func unitWords() map[string]string {
	words := map[string]string{"h": "HUR", "heures": "HUR", "hours": "HUR", "hr": "HUR", "hrs": "HUR", "jours": "DAY", "j": "DAY", "days": "DAY", "d": "DAY", "u": "C62", "piece": "C62", "pieces": "C62", "pce": "C62",
		"pc": "C62", "pcs": "C62", "unites": "C62", "units": "C62", "ea": "C62", "each": "C62", "kg": "KGM", "kilo": "KGM", "kilos": "KGM", "t": "TNE", "ml": "MTR", "metre lineaire": "MTR", "m2": "MTK", "m3": "MTQ",
		"l": "LTR", "km": "KMT", "ens": "SET", "lot": "SET", "ff": "LS", "fft": "LS", "lump sum": "LS", "mois": "MON", "month": "MON", "an": "ANN", "ans": "ANN", "year": "ANN"}
	for _, code := range catalog.Units() {
		words[plain(code)] = code
		for _, lang := range locale.Langs() {
			words[plain(locale.T(lang, "unit."+code, nil))] = code
			words[plain(locale.T(lang, "unit.short."+code, nil))] = code
		}
	}
	return words
}

// tax reads a code of the table, or a rate of the firm's country. A rate of nothing leaves
// the choice to the law, as an item without a tax does.
func (j *itemJudge) tax(r *row, it *catalog.Item) {
	raw := r.raw("tax")
	if raw == "" {
		return
	}
	if t, known := j.taxes.ByCode(strings.ToUpper(raw)); known {
		it.TaxCodes = []string{t.Code}
		r.show("tax", "text", t.Code, 0, "")
		return
	}
	pcm, ok := rate(raw, r.options.Decimal, r.table.Serial)
	codes := taxesOfRate(j.world, pcm)
	switch {
	case ok && pcm == 0:
		it.TaxCodes = []string{}
		r.show("tax", "text", "0", 0, "")
	case !ok || codes == nil:
		r.problem("tax", "fault.import.tax")
	default:
		it.TaxCodes = codes
		r.show("tax", "text", strings.Join(codes, " + "), 0, "")
	}
}

// rate reads a percentage, with either mark; 0.2 is twenty per cent in programs that keep
// fractions.
func rate(raw, decimal string, serial bool) (pcm int64, ok bool) {
	words := strings.Fields(strings.NewReplacer("TVA", "", "tva", "", "VAT", "", "vat", "", "%", "").Replace(raw))
	s := strings.Join(words, "")
	mark := decimal
	if serial || strings.Contains(s, ".") && !strings.Contains(s, ",") {
		mark = "."
	} else if strings.Contains(s, ",") {
		mark = ","
	}
	pcm, ok = number(s, mark, 3)
	if ok && pcm > 0 && pcm < 500 && !strings.Contains(raw, "%") { // below half a per cent: a fraction
		pcm *= 100
	}
	return pcm, ok && pcm >= 0 && pcm <= 100_000
}

// taxesOfRate finds the taxes that the firm charges at home at a rate; in Québec two
// together.
func taxesOfRate(w *world, pcm int64) []string {
	var pair []string
	var sum int64
	for _, t := range w.taxes {
		if !t.InForce(w.today) || t.Category != string(billing.Standard) || t.Jurisdiction != home(w) {
			continue
		}
		if t.RatePCM == pcm {
			return []string{t.Code}
		}
		pair, sum = append(pair, t.Code), sum+t.RatePCM
	}
	if len(pair) == 2 && sum == pcm {
		return pair
	}
	return nil
}

// home is where the firm's own taxes are: France, Québec …
func home(w *world) string {
	if w.firm.Country == "CA" {
		return "QC"
	}
	return w.firm.Country
}
