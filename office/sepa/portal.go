package sepa

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/files"
	"comptoir/office/outbox"
	"comptoir/office/sales"
	rules "comptoir/rules/sepa"
)

// record notes a stored file in the caller's transaction.
func record(ctx context.Context, tx *db.Tx, ref files.Ref) error { return files.Record(ctx, tx, ref) }

// Form is a mandate that waits for its signature, with what is signed.
type Form struct {
	Mandate
	Creditor string
	Address  []string // of the creditor
	Text     string   // what is signed
	Hash     string   // of it: what was read is what is signed
	Debtor   Debtor   // proposed
}

// PortalMandates gives a contact its customer's mandates, and what will be debited.
func (s *Service) PortalMandates(ctx context.Context, who actor.Actor) (list []Mandate, coming []DebitDone, err error) {
	if err := who.NeedContact(actor.TrustPassword); err != nil {
		return nil, nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if list, err = s.ofCustomer(ctx, q, who.CustomerID); err != nil {
			return err
		}
		rows, err := q.DebitsComing(ctx, who.CustomerID)
		for _, r := range rows {
			coming = append(coming, DebitDone{OnDate: r.OnDate, AmountMinor: r.AmountMinor, State: "made", Batch: r.Rum})
		}
		return err
	})
	return list, coming, err
}

// PortalWaiting tells how many mandates wait for the contact's signature, and whether there
// are any at all.
func (s *Service) PortalWaiting(ctx context.Context, who actor.Actor) (waiting, all int, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return 0, 0, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.MandatesOfCustomer(ctx, who.CustomerID)
		for _, m := range rows {
			if all++; m.State == "asked" {
				waiting++
			}
		}
		return err
	})
	return waiting, all, err
}

// PortalMandate gives a contact one of its customer's mandates; another's is not found.
func (s *Service) PortalMandate(ctx context.Context, who actor.Actor, publicID string) (f Form, err error) {
	if err := who.NeedContact(actor.TrustPassword); err != nil {
		return Form{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		m, err := q.MandateOfCustomer(ctx, gen.MandateOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		f, err = s.form(ctx, q, who, m)
		return err
	})
	return f, err
}

func (s *Service) form(ctx context.Context, q *gen.Queries, who actor.Actor, m gen.Mandate) (Form, error) {
	firm, err := company.Get(ctx, q)
	if err != nil {
		return Form{}, err
	}
	c, err := q.CustomerByID(ctx, m.CustomerID)
	if err != nil {
		return Form{}, db.NotFound(err)
	}
	x, err := s.view(ctx, q, m, firm.Today(s.DB.Now()))
	if err != nil {
		return Form{}, err
	}
	f := Form{Mandate: x, Creditor: firm.Name, Debtor: Debtor{Name: c.Name, Line1: c.Line1, PostCode: c.Postcode, City: c.City, Country: c.Country}}
	for _, line := range []string{firm.Line1, firm.Line2, firm.Postcode + " " + firm.City} {
		if line = text.Line(line); line != "" {
			f.Address = append(f.Address, line)
		}
	}
	if f.Text = m.Words; f.Text == "" {
		f.Text = words(who.Lang, firm, m)
	}
	sum := sha256.Sum256([]byte(f.Text))
	f.Hash = hex.EncodeToString(sum[:])
	return f, nil
}

// words are what a debtor signs: the authorisation of both, its rights, the notice that is
// agreed.
func words(lang string, firm company.Firm, m gen.Mandate) string {
	all := []string{locale.T(lang, "portal.mandate.words.allow", map[string]any{"creditor": firm.Name, "ics": m.Ics, "rum": m.Rum})}
	if m.Scheme == rules.B2B {
		all = append(all, locale.T(lang, "portal.mandate.words.b2b", nil))
	} else {
		all = append(all, locale.T(lang, "portal.mandate.words.core", nil))
	}
	if m.OneOff == 1 {
		all = append(all, locale.T(lang, "portal.mandate.words.once", nil))
	}
	return strings.Join(append(all, locale.T(lang, "portal.mandate.words.notice", map[string]any{"days": m.NoticeDays})), "\n\n")
}

// Sign is a contact's signature under a mandate.
type Sign struct {
	PublicID string
	Hash     string // of what was read
	Debtor
	SignedBy  string // the name typed
	Agree     bool
	Signature []byte // drawn, PNG; none where it cannot be drawn
	Agent     string // the browser
}

// SignMandate takes the contact's word. What was read must be what is signed; a mandate
// signed already, or revoked, is told so and nothing changes.
func (s *Service) SignMandate(ctx context.Context, who actor.Actor, in Sign) error {
	if err := who.NeedOwnHand(); err != nil {
		return err
	}
	var form fault.Form
	in.check(&form)
	text.Each(text.Line, &in.SignedBy, &in.Agent)
	form.Need("signedBy", in.SignedBy)
	form.MaxLen("signedBy", in.SignedBy, 100)
	if !in.Agree {
		form.Add("agree", "fault.sepa.agree")
	}
	signature, err := sales.CleanSignature(in.Signature)
	if err != nil && !form.Merge("", err) {
		return err
	}
	if err := form.Err(); err != nil {
		return err
	}
	var ref *files.Ref
	if signature != nil {
		r, err := s.Files.Put(signature, "image/png")
		if err != nil {
			return err
		}
		ref = &r
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.sign(ctx, tx, who, in, ref) })
}

func (s *Service) sign(ctx context.Context, tx *db.Tx, who actor.Actor, in Sign, ref *files.Ref) error {
	m, err := tx.MandateOfCustomer(ctx, gen.MandateOfCustomerParams{PublicID: in.PublicID, CustomerID: who.CustomerID})
	if err != nil {
		return db.NotFound(err)
	}
	if m.State != "asked" {
		return fault.New(fault.Conflict, "fault.sepa.not_open", "rum", m.Rum)
	}
	f, err := s.form(ctx, tx.Queries, who, m)
	if err != nil {
		return err
	}
	if f.Hash != in.Hash {
		return fault.New(fault.Conflict, "fault.sepa.words_changed")
	}
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return err
	}
	p := signing(m, in.Debtor)
	p.How, p.SignedOn, p.SignedAt, p.SignedBy, p.SignedAddress, p.SignedAgent, p.ContactID, p.Words = "portal", today.String(), tx.Stamp(), in.SignedBy, who.Address, clip(in.Agent, 300), &who.ID, f.Text
	p.CreditorName = f.Creditor
	if ref != nil {
		if err := record(ctx, tx, *ref); err != nil {
			return err
		}
		p.SignatureSha256 = &ref.SHA256
	}
	n, err := tx.SignMandate(ctx, p)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.sepa.not_open", "rum", m.Rum)
	}
	if err != nil {
		return err
	}
	c, err := tx.CustomerByID(ctx, m.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	if err := audit.Notify(ctx, tx, "mandate_signed", map[string]any{"rum": m.Rum, "customer": c.Name}, "customer", c.PublicID); err != nil {
		return err
	}
	if err := s.mailSigned(ctx, tx, m, p, who); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("notifications") })
	return s.logged(ctx, tx, who, "mandate.signed", m)
}

// mailSigned sends the contact its own trace of what it signed.
func (s *Service) mailSigned(ctx context.Context, tx *db.Tx, m gen.Mandate, p gen.SignMandateParams, who actor.Actor) error {
	k, err := tx.ContactByID(ctx, who.ID)
	if err != nil {
		return db.NotFound(err)
	}
	if k.Email == "" {
		return nil
	}
	mail := outbox.Mail{Key: "mandate-signed/" + m.PublicID, Kind: outbox.MandateSigned, Lang: k.Language, ToAddress: k.Email, ToName: k.Name, CustomerID: m.CustomerID, ContactID: k.ID,
		Args: map[string]string{"rum": m.Rum, "signed_on": p.SignedOn, "account": last4(p.Iban)}}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, mail)
	return err
}

// PortalRevoke ends a mandate at its debtor's word, signed or not.
func (s *Service) PortalRevoke(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.NeedOwnHand(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := tx.MandateOfCustomer(ctx, gen.MandateOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		if m.State == "revoked" {
			return nil
		}
		c, err := tx.CustomerByID(ctx, m.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		if err := audit.Notify(ctx, tx, "mandate_revoked", map[string]any{"rum": m.Rum, "customer": c.Name}, "customer", c.PublicID); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("notifications") })
		return s.revoke(ctx, tx, who, m, "")
	})
}

// Evidence gives the drawn signature or the paper of a mandate to the firm.
func (s *Service) Evidence(ctx context.Context, who actor.Actor, publicID, what string) (f sales.File, err error) {
	if err := who.Need(actor.Look); err != nil {
		return sales.File{}, err
	}
	var m gen.Mandate
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		m, err = q.MandateByPublicID(ctx, publicID)
		return db.NotFound(err)
	}); err != nil {
		return sales.File{}, err
	}
	sha := m.SignatureSha256
	f = sales.File{Name: "signature.png", MediaType: "image/png"}
	if what == "paper" {
		sha, f.Name = m.PaperSha256, m.PaperName
	}
	if sha == nil {
		return sales.File{}, fault.New(fault.NotFound, "fault.not_found")
	}
	if f.Bytes, err = s.Files.Load(*sha); err == nil {
		f.MediaType = mediaTypeOf(f.Bytes)
	}
	return f, err
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
