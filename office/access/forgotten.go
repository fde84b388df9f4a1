package access

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/customers"
	"comptoir/office/outbox"
)

// JobForgotten is the kind of the jobs that look up who forgot what; RunForgotten does them.
const JobForgotten = "access_forgotten"

// remindEvery is the shortest time between two looks at one name.
const remindEvery = 2 * time.Minute

// forgotten is what was typed into one of the two pages. About is the mail that it asks for.
type forgotten struct {
	About string `json:"about"`
	Typed string `json:"typed"`
}

// ForgotPassword has a link to choose a password mailed to the contacts of that user name or
// e-mail address. Known, unknown and closed names cost the request the same: nobody is looked up
// before RunForgotten does it (spec/access, Contacts).
func (s *Service) ForgotPassword(ctx context.Context, name string) error {
	return s.forgot(ctx, "forgot:", forgotten{customers.MailPassword, name})
}

// ForgotUserName has their user names mailed to the contacts of an e-mail address; as for
// ForgotPassword, nobody is looked up here.
func (s *Service) ForgotUserName(ctx context.Context, email string) error {
	return s.forgot(ctx, "name:", forgotten{customers.MailUserName, email})
}

// forgot queues the look-up. What was asked a moment ago is not queued again, whoever it is.
func (s *Service) forgot(ctx context.Context, key string, f forgotten) error {
	f.Typed = strings.TrimSpace(f.Typed)
	if f.Typed == "" || len(f.Typed) > maxNameEntered {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.rub(ctx, tx); err != nil {
			return err
		}
		free, err := s.onceIn(ctx, tx, key+hashOf(strings.ToLower(f.Typed)), remindEvery)
		if err != nil || !free {
			return err
		}
		return outbox.QueueJob(ctx, tx, outbox.Job{Key: JobForgotten + "/" + s.ids(), Kind: JobForgotten, Payload: f})
	})
}

// RunForgotten looks up who was meant and queues the mails, in one transaction: a repeat after a
// crash finds that they were mailed a moment ago. It is the handler of JobForgotten.
func (s *Service) RunForgotten(ctx context.Context, payload json.RawMessage) error {
	var f forgotten
	if err := json.Unmarshal(payload, &f); err != nil {
		return errors.Join(outbox.ErrFinal, err)
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.forgetTyped(ctx, tx); err != nil {
			return err
		}
		if f.About == customers.MailUserName {
			return s.tellUserNames(ctx, tx, f.Typed)
		}
		rows, err := tx.ContactsToRemind(ctx, f.Typed)
		if err != nil {
			return err
		}
		for _, c := range rows {
			if err := s.remind(ctx, tx, c, forgotKey(c.ID)); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetTyped takes what was typed, which may be anything, out of the file once it was looked up.
func (s *Service) forgetTyped(ctx context.Context, tx *db.Tx) error {
	return tx.DeleteJobsDone(ctx, gen.DeleteJobsDoneParams{FromKey: JobForgotten + "/", ToKey: JobForgotten + "0", Before: db.Stamp(tx.Now.Add(-24 * time.Hour))})
}

func (s *Service) tellUserNames(ctx context.Context, tx *db.Tx, email string) error {
	rows, err := tx.ContactsOfAddress(ctx, email)
	if err != nil {
		return err
	}
	for _, c := range rows {
		free, err := s.seldom(ctx, tx, nameKey(c.ID))
		if err != nil {
			return err
		}
		if !free {
			continue
		}
		if err := s.mailAccess(ctx, tx, customers.MailUserName, gen.ContactsToRemindRow(c), 0, ""); err != nil {
			return err
		}
	}
	return nil
}

// Mails that anybody can ask for and those that the holder of a document's link asks for
// are counted apart: the first must not use up the second.
func forgotKey(contactID int64) string { return "mail:" + strconv.FormatInt(contactID, 10) }
func askKey(contactID int64) string    { return "ask:" + strconv.FormatInt(contactID, 10) }
func nameKey(contactID int64) string   { return "name-of:" + strconv.FormatInt(contactID, 10) }

func (s *Service) mailPasswordLink(ctx context.Context, tx *db.Tx, about string, c gen.ContactsToRemindRow, linkID int64, until time.Time) error {
	return s.mailAccess(ctx, tx, about, c, linkID, customers.ExpiresIn(c.Language, until.Sub(tx.Now)))
}

// mailAccess queues one of the mails of access in the words of the contact's group. linkID 0: it
// leads to the portal; expires: how long its own link lives, in words.
func (s *Service) mailAccess(ctx context.Context, tx *db.Tx, about string, c gen.ContactsToRemindRow, linkID int64, expires string) error {
	userName, err := s.userNameOf(ctx, tx.Queries, c.ID, c.CustomerID, c.Email)
	if err != nil {
		return err
	}
	subject, body, sender, err := customers.AccessMail(ctx, tx.Queries, c.CustomerID, about, c.Language, map[string]string{"contact.name": c.Name, "user.name": userName, "expires": expires})
	if err != nil {
		return err
	}
	return s.queue(ctx, tx, outbox.Mail{Key: "access/" + about + "/" + s.ids(), Kind: outbox.Access, Lang: c.Language, ToAddress: c.Email, ToName: c.Name,
		CustomerID: c.CustomerID, ContactID: c.ID, LinkID: linkID, Args: outbox.AccessArgs(about, subject, body, sender)})
}

// UserNameOf is the name that a contact signs in with, or would once it has a password. It is
// part of customers.Door.
func (s *Service) UserNameOf(ctx context.Context, q *gen.Queries, c gen.Contact) (string, error) {
	return s.userNameOf(ctx, q, c.ID, c.CustomerID, c.Email)
}

// userNameOf is the name that a contact has, or would get: its e-mail address, with the
// customer's number behind where another customer's contact took it first.
func (s *Service) userNameOf(ctx context.Context, q *gen.Queries, contactID, customerID int64, email string) (string, error) {
	c, err := q.CredentialOfContact(ctx, contactID)
	if err == nil {
		return c.UserName, nil
	}
	if !missing(err) {
		return "", err
	}
	// What was wished with the request for access, where nobody took it meanwhile.
	wished, err := q.WishedUserName(ctx, &contactID)
	if err != nil && !missing(err) {
		return "", err
	}
	if wished != "" {
		if n, err := q.CountUserName(ctx, gen.CountUserNameParams{UserName: wished, ContactID: contactID}); err != nil || n == 0 {
			return wished, err
		}
	}
	n, err := q.CountUserName(ctx, gen.CountUserNameParams{UserName: email, ContactID: contactID})
	if err != nil || n == 0 {
		return email, err
	}
	customer, err := q.CustomerByID(ctx, customerID)
	if err != nil {
		return "", err
	}
	name := email + "/" + customer.Number
	// Two persons of one customer behind one mailbox: the contact's own id tells them apart.
	if n, err = q.CountUserName(ctx, gen.CountUserNameParams{UserName: name, ContactID: contactID}); err != nil || n == 0 {
		return name, err
	}
	contact, err := q.ContactByID(ctx, contactID)
	return name + "/" + contact.PublicID[:6], err
}
