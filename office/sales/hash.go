package sales

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"comptoir/db/gen"
)

// Hash is the link of the chain of issued documents: SHA-256 over the hash before and
// everything that was issued, field by field (RF 4.6, sécurisation). It reads the stored
// rows, so that the proof later on is the same computation as at issue.
func Hash(ctx context.Context, q *gen.Queries, previous string, d gen.Document) (string, error) {
	r := rows{}
	var err error
	if r.deposits, err = q.DocumentDeposits(ctx, d.ID); err != nil {
		return "", err
	}
	if r.lines, err = q.Lines(ctx, d.ID); err != nil {
		return "", err
	}
	if r.allowances, err = q.Allowances(ctx, d.ID); err != nil {
		return "", err
	}
	if r.taxes, err = q.DocumentTaxes(ctx, d.ID); err != nil {
		return "", err
	}
	return r.hash(previous, d), nil
}

// rows are a document's rows beside its own.
type rows struct {
	lines      []gen.LinesRow
	allowances []gen.AllowancesRow
	taxes      []gen.DocumentTaxesRow
	deposits   []gen.DocumentDepositsRow
}

func (r rows) hash(previous string, d gen.Document) string {
	h := sha256.New()
	field(h, previous, d.ChainPosition, d.Kind, d.Number, d.SeriesYear, d.SeriesNumber, d.CustomerID, d.IssueDate, d.DueDate, d.DeliveryDate, d.OrderNumber,
		d.Currency, d.RateE8, d.Language, d.PricesInclTax, d.Note, d.Terms, d.Seller, d.Buyer, d.Mentions,
		d.TotalExclMinor, d.TotalTaxMinor, d.TotalInclMinor, d.PrepaidMinor, d.AmountDueMinor, d.PrecedingID, d.EntryID, d.IssuedAt)
	later(h, d)
	for _, l := range r.lines {
		field(h, "line", l.Position, l.Description, l.Detail, l.Nature, l.QuantityE4, l.Unit, l.UnitPriceE4, l.DiscountPcm, l.DiscountMinor, l.NetMinor, l.Taxes)
		if l.IsOptional != 0 {
			field(h, "optional")
		}
	}
	for _, a := range r.allowances {
		field(h, "allowance", a.Position, a.IsCharge, a.Reason, a.RatePcm, a.AmountMinor, a.Taxes)
	}
	for _, t := range r.taxes {
		field(h, "tax", t.Position, t.Tax, t.BaseMinor, t.TaxMinor)
	}
	for _, p := range r.deposits {
		field(h, "deposit", p.Position, p.DepositID, p.NetMinor, p.TaxMinor, p.Taxes)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// later adds what documents carry since 0007, by name and only where there is any: the
// hashes of those issued before stay what they were.
func later(h hash.Hash, d gen.Document) {
	for _, x := range []struct {
		name  string
		value any
		none  bool
	}{
		{"valid_until", d.ValidUntil, d.ValidUntil == ""}, {"deposit_pcm", d.DepositPcm, d.DepositPcm == 0}, {"quote_id", d.QuoteID, d.QuoteID == nil},
		{"replaces_id", d.ReplacesID, d.ReplacesID == nil}, {"revision", d.Revision, d.Revision <= 1}, {"reason", d.Reason, d.Reason == ""},
		{"retention_pcm", d.RetentionPcm, d.RetentionPcm == 0}, {"retention_until", d.RetentionUntil, d.RetentionUntil == ""},
		{"retained_minor", d.RetainedMinor, d.RetainedMinor == 0},
	} {
		if !x.none {
			field(h, x.name, x.value)
		}
	}
}

// field writes each value on its own line, quoted, so that no two records read alike.
func field(h hash.Hash, values ...any) {
	for _, v := range values {
		switch x := v.(type) {
		case *string:
			v = text(x)
		case *int64:
			if v = int64(0); x != nil {
				v = *x
			}
		}
		_, _ = fmt.Fprintf(h, "%q\n", fmt.Sprint(v)) // a hash never fails to write
	}
}
