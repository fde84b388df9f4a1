package access

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Owing is what a session by password owes before it goes on. A session of a mailed link owes
// nothing: it reads and pays.
type Owing string

// What may be owed; the terms come first.
const (
	OwesNothing Owing = ""
	OwesTerms   Owing = "terms"  // the group's terms have a version that was not accepted
	OwesFactor  Owing = "factor" // the group wants a second factor, and there is none
)

// owe notes with a session that was just opened what it owes: a new version of the terms, or the
// wish for a second factor, asks at the next sign-in and not in the middle of a visit.
func (s *Service) owe(ctx context.Context, tx *db.Tx, sessionID int64, o opening) error {
	if o.trust < actor.TrustPassword {
		return nil
	}
	asks, err := tx.GroupAsks(ctx, o.contactID)
	if err != nil {
		return db.NotFound(err)
	}
	var p gen.SetSessionOwesParams
	if asks.FactorWanted == 1 && asks.HasFactor == 0 {
		p.FactorOwed = 1
	}
	if asks.TermsID != 0 {
		p.TermsOwed = 1
	}
	if p == (gen.SetSessionOwesParams{}) {
		return nil
	}
	p.ID = sessionID
	return tx.SetSessionOwes(ctx, p)
}

// owedBy reads what a session owes now: what the group no longer asks for is no longer owed.
func owedBy(ctx context.Context, q *gen.Queries, sessionID, contactID int64) (s Session, err error) {
	asks, err := q.GroupAsks(ctx, contactID)
	if err != nil {
		return s, err
	}
	s.PasswordAlways = asks.PasswordAlways == 1
	owed, err := q.SessionOwes(ctx, gen.SessionOwesParams{ID: sessionID, ContactID: contactID})
	switch {
	case err != nil:
	case owed.TermsOwed == 1 && asks.TermsID != 0:
		s.Owes = OwesTerms
	case owed.FactorOwed == 1 && asks.FactorWanted == 1 && asks.HasFactor == 0:
		s.Owes = OwesFactor
	}
	return s, err
}

// Terms are the group's terms as they are accepted. Words are Markdown of the firm's.
type Terms struct {
	Version int64
	Words   string
}

// Hash names the words: what a page showed is accepted, and nothing else. A version alone is not
// enough: another group's terms may have the same number.
func (t Terms) Hash() string { return hashOf(t.Words) }

// TermsOwed gives the terms that the actor has not accepted, in its language; fault.not_found
// where there are none.
func (s *Service) TermsOwed(ctx context.Context, who actor.Actor) (t Terms, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Terms{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		row, err := owedTerms(ctx, q, who.ID)
		t = termsIn(row, who.Lang)
		return err
	})
	return t, err
}

func termsIn(row gen.TermsToSignInRow, lang string) Terms {
	if lang == "en" {
		return Terms{Version: row.Version, Words: row.WordsEn}
	}
	return Terms{Version: row.Version, Words: row.WordsFr}
}

func owedTerms(ctx context.Context, q *gen.Queries, contactID int64) (gen.TermsToSignInRow, error) {
	asks, err := q.GroupAsks(ctx, contactID)
	if err != nil {
		return gen.TermsToSignInRow{}, db.NotFound(err)
	}
	if asks.TermsID == 0 {
		return gen.TermsToSignInRow{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return q.TermsToSignIn(ctx, asks.TermsID)
}

// AcceptTerms keeps that the actor accepted its group's terms, in which language and from where;
// shown is Terms.Hash of the words on the page. Other words than those that the group has now give
// fault.terms_changed: nobody accepts what was not shown. Nobody accepts in another's name.
func (s *Service) AcceptTerms(ctx context.Context, who actor.Actor, shown string) error {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return err
	}
	lang := "fr"
	if who.Lang == "en" {
		lang = "en"
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := owedTerms(ctx, tx.Queries, who.ID)
		if fault.Is(err, fault.NotFound) { // a second click, or they are gone
			return nil
		}
		if err != nil {
			return err
		}
		if termsIn(row, lang).Hash() != shown {
			return fault.New(fault.Conflict, "fault.terms_changed")
		}
		if err := stands(ctx, tx, who); err != nil {
			return err
		}
		s.ending(tx)
		if err := tx.AcceptGroupTerms(ctx, gen.AcceptGroupTermsParams{TermsID: row.ID, ContactID: who.ID, Lang: lang, Address: plain(who.Address, 64), At: tx.Stamp()}); err != nil {
			return err
		}
		if err := tx.SettleSessionTerms(ctx, who.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.terms_accepted", ObjectKind: "contact", ObjectID: who.ID, Details: map[string]any{"version": row.Version, "language": lang}})
	})
}
