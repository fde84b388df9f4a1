package company

import (
	"context"
	"regexp"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/provider"
)

// Informations générales (spec/settings): the third-party provider's code, the mode of the account
// with the provider, what is missing.

var spid = regexp.MustCompile(`^[A-Z0-9][A-Z0-9._-]{1,39}$`)

// checkSPID checks the code that a third-party provider gave the firm.
func checkSPID(s string) (string, error) {
	if s = strings.ToUpper(s); !spid.MatchString(s) {
		return "", fault.New(fault.Invalid, "fault.spid")
	}
	return s, nil
}

// whole is the firm with what its form shows besides.
func (s *Service) whole(ctx context.Context, q *gen.Queries) (Firm, error) {
	f, err := Get(ctx, q)
	if err != nil {
		return Firm{}, err
	}
	switches, err := Modes(ctx, q)
	if err != nil {
		return Firm{}, err
	}
	f.BillingMode = string(provider.ModeOf(switches, provider.MonthOf(f.Today(s.db.Now()))))
	f.Missing = missing(f)
	return f, nil
}

// Modes gives the choices of the mode, in the order in which they were made.
func Modes(ctx context.Context, q *gen.Queries) ([]provider.Switch, error) {
	rows, err := q.BillingModes(ctx)
	list := make([]provider.Switch, 0, len(rows))
	for _, r := range rows {
		list = append(list, provider.Switch{From: provider.Month(r.FromMonth), Mode: provider.Mode(r.Mode)})
	}
	return list, err
}

// setMode notes another mode from the month of today on; the months before keep theirs.
func (s *Service) setMode(ctx context.Context, tx *db.Tx, who actor.Actor, before, f Firm) error {
	if f.BillingMode == "" || f.BillingMode == before.BillingMode {
		return nil
	}
	month := provider.MonthOf(civil.Of(tx.Now, before.Location()))
	// Of months yet to come there is none: a clock that went back does not reach behind the last choice.
	rows, err := tx.BillingModes(ctx)
	if err != nil {
		return err
	}
	if n := len(rows); n > 0 {
		month = max(month, provider.Month(rows[n-1].FromMonth))
	}
	return tx.InsertBillingMode(ctx, gen.InsertBillingModeParams{FromMonth: string(month), Mode: f.BillingMode, ByName: who.Name, At: tx.Stamp()})
}

// missing names the fields that the firm's country wants on papers and that are empty. What is not
// there is said; nothing is derived from the rest.
func missing(f Firm) []string {
	list := ident.MissingOfAddress(f.Country, f.Line1, f.Postcode, f.City, f.Region)
	need := func(name, value string, wanted bool) {
		if wanted && value == "" {
			list = append(list, name)
		}
	}
	taxed := f.VATScheme == RealPayments || f.VATScheme == RealDebits
	need("siren", f.SIREN, f.Country == "FR")         // C. com. R123-237
	need("legalForm", f.LegalForm, f.Country == "FR") // idem, and L223-1 for companies
	need("vatNumber", f.VATNumber, taxed)             // CGI ann. II 242 nonies A
	need("gstNumber", f.GSTNumber, f.VATScheme == Quebec)
	need("qstNumber", f.QSTNumber, f.VATScheme == Quebec)
	return list
}
