package charging

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// Consent is what a customer agreed to when a method was kept.
type Consent struct {
	Words   string
	Lang    string
	GivenBy string
	GivenAt string // an instant; "" = nothing is on file
}

// ConsentWords are what a customer is shown, and agrees to, wherever a method is kept. They
// stand beside the button that keeps it, so that these very words can be filed.
func ConsentWords(lang, firm string) string {
	return locale.T(lang, "portal.charging.consent", map[string]any{"firm": firm})
}

// Saving files the consent in the transaction that writes an attempt which keeps a method
// (payments.Deps.Saving). It counts once that attempt kept one.
func (s *Service) Saving(ctx context.Context, tx *db.Tx, who actor.Actor, intentID int64) error {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	lang := locale.Of(who.Lang)
	by := who.Name
	if who.StandsIn() { // the customer said so by telephone, say: both stand in the row
		by = locale.T(lang, "portal.charging.consent_for", map[string]any{"by": who.By, "for": who.For})
	}
	return tx.InsertConsent(ctx, gen.InsertConsentParams{IntentID: intentID, GivenBy: by, Language: lang, Words: ConsentWords(lang, firm.Name), GivenAt: tx.Stamp()})
}

// Agreed files a contact's consent to have its customer's default method charged, in the
// transaction of what it just ordered; it was shown ConsentWords beside the button. The method
// may have been kept years ago, for something else. Without a default method there is nothing
// to file: the consent comes with the method that is kept then (Saving).
func (s *Service) Agreed(ctx context.Context, tx *db.Tx, who actor.Actor) error {
	if who.Kind != actor.Contact {
		return nil
	}
	k, err := tx.DefaultKeptOf(ctx, who.CustomerID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	lang := locale.Of(who.Lang)
	return tx.InsertConsentOfMethod(ctx, gen.InsertConsentOfMethodParams{MethodID: k.ID, ContactID: &who.ID, GivenBy: who.Name, Language: lang, Words: ConsentWords(lang, firm.Name), GivenAt: tx.Stamp()})
}

// ConsentOf gives the consent to charge a kept method; GivenAt is "" where none is on file.
func (s *Service) ConsentOf(ctx context.Context, who actor.Actor, methodID int64) (c Consent, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Consent{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err = consentOf(ctx, q, methodID)
		return err
	})
	return c, err
}

func consentOf(ctx context.Context, q *gen.Queries, methodID int64) (Consent, error) {
	r, err := q.ConsentOfMethod(ctx, methodID)
	if errors.Is(err, sql.ErrNoRows) {
		return Consent{}, nil
	}
	return Consent{Words: r.Words, Lang: r.Language, GivenBy: r.GivenBy, GivenAt: r.GivenAt}, err
}
