package customers

import (
	"context"
	"crypto/subtle"
	"math"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
)

// A code that proves another address: how long it counts, and how often it may be guessed.
const (
	EmailCodeLife = 15 * time.Minute
	emailTries    = 5
)

// AskEmail mails a code to the address that a contact wants instead of its own; nothing
// changes before it comes back. By the contact's own hand.
func (s *Service) AskEmail(ctx context.Context, who actor.Actor, email string) error {
	if err := who.NeedOwnHand(); err != nil {
		return err
	}
	var form fault.Form
	form.Need("email", strings.TrimSpace(email))
	company.Field(&form, "email", &email, ident.CheckEmail)
	if err := form.Err(); err != nil {
		return err
	}
	var refused error
	err := s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		k, err := self(ctx, tx.Queries, who)
		if err != nil {
			return err
		}
		if strings.EqualFold(k.Email, email) {
			form.Add("email", "fault.access.email_same")
			return form.Err()
		}
		// Counted apart from the codes that strangers have sent to that mailbox: those keep nobody from changing an address.
		wait, err := s.door.TakeCode(ctx, tx, "profile "+strings.ToLower(email))
		if err != nil {
			return err
		}
		if wait > 0 {
			refused = fault.New(fault.TooMany, "fault.signup.wait", "minutes", int64(math.Ceil(wait.Minutes())))
			return nil
		}
		if err := tx.PutEmailChange(ctx, gen.PutEmailChangeParams{ContactID: k.ID, PublicID: s.ids(), Email: email, CodeUntil: db.Stamp(tx.Now.Add(EmailCodeLife)), Now: tx.Stamp()}); err != nil {
			return err
		}
		c, err := tx.EmailChangeOf(ctx, k.ID)
		if err != nil {
			return db.NotFound(err)
		}
		round := strconv.FormatInt(c.Round, 10)
		if _, err := outbox.QueueMail(ctx, tx, s.ids, outbox.Mail{Key: "email_code/" + c.PublicID, Kind: outbox.EmailCode, Lang: k.Language, ToAddress: email,
			CustomerID: k.CustomerID, ContactID: k.ID, Args: map[string]string{"change": c.PublicID, "round": round, "minutes": strconv.Itoa(int(EmailCodeLife.Minutes()))}}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.email_asked", ObjectKind: "contact", ObjectID: k.ID})
	})
	if err == nil {
		err = refused
	}
	return err
}

// ConfirmEmail takes the code that came by mail. A try counts before it is looked at, also
// where it is refused.
func (s *Service) ConfirmEmail(ctx context.Context, who actor.Actor, code string) (out Outcome, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Outcome{}, err
	}
	var refused error
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, refused = Outcome{}, nil
		k, err := self(ctx, tx.Queries, who)
		if err != nil {
			return err
		}
		c, err := tx.EmailChangeOf(ctx, k.ID)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			refused = wrongCode("fault.signup.code_dead")
			return nil
		}
		if err != nil {
			return err
		}
		n, err := tx.TryEmailCode(ctx, gen.TryEmailCodeParams{ContactID: k.ID, Most: emailTries})
		if err != nil {
			return err
		}
		if n == 0 || c.CodeUntil <= tx.Stamp() {
			refused = wrongCode("fault.signup.code_dead")
			return nil
		}
		right := s.door.EmailCode(c.PublicID, strconv.FormatInt(c.Round, 10))
		if subtle.ConstantTimeCompare([]byte(onlyDigits(code)), []byte(right)) != 1 {
			refused = wrongCode("fault.signup.code_wrong")
			return nil
		}
		if err := tx.DeleteEmailChange(ctx, k.ID); err != nil {
			return err
		}
		out, err = s.submit(ctx, tx, who, k, &k.ID, []change{{"email", k.Email, c.Email}})
		return err
	})
	if err == nil {
		err = refused
	}
	return out, err
}

func wrongCode(key string) error {
	var form fault.Form
	form.Add("code", key)
	return form.Err()
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// applyEmail gives a contact its proved address: what the old one opened is shut, the password
// stays, and the old address is told, so that whoever lost it to somebody else knows.
func (s *Service) applyEmail(ctx context.Context, tx *db.Tx, k gen.Contact, email string, keep int64) error {
	n, err := tx.SetContactEmail(ctx, gen.SetContactEmailParams{Email: email, UpdatedAt: tx.Stamp(), ID: k.ID})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	if err := s.door.NewAddress(ctx, tx, k.ID, keep, k.Email, email); err != nil {
		return err
	}
	if k.Email == "" {
		return nil
	}
	_, err = outbox.QueueMail(ctx, tx, s.ids, outbox.Mail{Key: "email_changed/" + s.ids(), Kind: outbox.EmailChanged, Lang: k.Language, ToAddress: k.Email, ToName: k.Name,
		CustomerID: k.CustomerID, ContactID: k.ID, Args: map[string]string{"email": email}})
	return err
}
