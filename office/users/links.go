package users

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/access"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
)

// The kinds of links that open once.
const (
	linkPassword = "password"
	linkEmail    = "email"
)

// What a link is for, as its mail says.
const (
	forInvited  = "invited"
	forPassword = "password"
	forEmail    = "email"
)

// Link is a link as it is shown once, where no mail can carry it.
type Link struct {
	PublicID string
	Until    time.Time
}

// Token is what opens it: derived, no file holds it.
func (s *Service) Token(linkPublicID string) string {
	return s.Access.Derived("user link", linkPublicID)
}

// revoke ends the links of a kind that were not used.
func revoke(ctx context.Context, tx *db.Tx, userID int64, kind string) error {
	return tx.RevokeUserLinks(ctx, gen.RevokeUserLinksParams{At: ptr(tx.Stamp()), UserID: userID, Kind: kind})
}

// issue makes a link of a kind. The older ones go on: a stranger who asks for one must not void what the
// owner is about to use.
func (s *Service) issue(ctx context.Context, tx *db.Tx, u gen.User, kind, email string, life time.Duration) (Link, error) {
	l := Link{PublicID: s.IDs(), Until: tx.Now.Add(life)}
	_, err := tx.InsertUserLink(ctx, gen.InsertUserLinkParams{PublicID: l.PublicID, TokenHash: access.TokenHash(s.Token(l.PublicID)), Kind: kind, UserID: u.ID, Email: email,
		ExpiresAt: db.Stamp(l.Until), CreatedAt: tx.Stamp()})
	return l, err
}

// mailLink mails a link to the address to.
func (s *Service) mailLink(ctx context.Context, tx *db.Tx, u gen.User, l Link, what, to string) error {
	return s.queue(ctx, tx, outbox.Mail{Key: "user_link/" + l.PublicID, Kind: outbox.UserLink, Lang: u.Language, ToAddress: to, ToName: u.Name,
		Args: map[string]string{"what": what, "user_link": l.PublicID, "expires": expiresIn(u.Language, l.Until.Sub(tx.Now)), "address": to}})
}

// Choice is what a link is for.
type Choice struct {
	Kind, Name, Email, Language, Until string
}

// ChoiceOf says what a link is for without using it up: mail scanners open links before people do.
func (s *Service) ChoiceOf(ctx context.Context, token string) (c Choice, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		l, err := find(ctx, q, strings.TrimSpace(token), s.DB.Now())
		if err != nil {
			return err
		}
		c = Choice{Kind: l.Kind, Name: l.Name, Email: l.UserEmail, Language: l.Language, Until: l.ExpiresAt}
		if l.Kind == linkEmail {
			c.Email = l.Email
		}
		return nil
	})
	return c, err
}

// find gives the link of a token while it opens something.
func find(ctx context.Context, q *gen.Queries, token string, now time.Time) (l gen.UserLinkByHashRow, err error) {
	if len(token) != tokenLength {
		return l, access.ErrLinkUnknown
	}
	l, err = q.UserLinkByHash(ctx, access.TokenHash(token))
	switch {
	case missing(err), err == nil && (l.State != Active || l.RevokedAt != nil):
		return l, access.ErrLinkUnknown
	case err != nil:
		return l, err
	case l.UsedAt != nil:
		return l, access.ErrLinkUsed
	case l.ExpiresAt <= db.Stamp(now):
		return l, access.ErrLinkExpired
	}
	return l, nil
}

// use finds a link of a kind and uses it up; a second click comes too late.
func use(ctx context.Context, tx *db.Tx, token, kind string) (gen.UserLinkByHashRow, error) {
	l, err := find(ctx, tx.Queries, token, tx.Now)
	if err == nil && l.Kind != kind {
		err = access.ErrLinkUnknown
	}
	if err != nil {
		return l, err
	}
	n, err := tx.UseUserLink(ctx, gen.UseUserLinkParams{At: ptr(tx.Stamp()), ID: l.ID})
	if err == nil && n == 0 {
		err = access.ErrLinkUsed
	}
	return l, err
}

// ChoosePassword uses a link up: the password is set, every session ends, and a new one is open – or half
// open, where a second factor is on. Whoever had a password is told that it changed.
func (s *Service) ChoosePassword(ctx context.Context, token, password, again string, from From) (session Session, err error) {
	token = strings.TrimSpace(token)
	var u gen.User
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		l, err := find(ctx, q, token, s.DB.Now())
		if err == nil && l.Kind != linkPassword {
			err = access.ErrLinkUnknown
		}
		if err != nil {
			return err
		}
		u, err = q.UserByID(ctx, l.UserID)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	hash, err := s.newPassword(ctx, u, password, again)
	if err != nil {
		return Session{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := use(ctx, tx, token, linkPassword); err != nil {
			return err
		}
		had, err := storedOf(ctx, tx.Queries, u.ID)
		if err == nil && had != "" { // an account that was invited had none to lose
			err = s.tell(ctx, tx, u, "password", u.Email, u.Email)
		}
		if err == nil {
			err = s.setPassword(ctx, tx, u, hash)
		}
		if err != nil {
			return err
		}
		if session, err = s.open(ctx, tx, u.ID, actor.TrustPassword, from); err != nil {
			return err
		}
		return write(ctx, tx, session.Actor, "password_set", u.ID, nil)
	})
	return session, err
}

// JobForgotten is the kind of the jobs that look up who forgot a password; RunForgotten does them.
const JobForgotten = "user_forgotten"

type forgotten struct {
	Typed string `json:"typed"`
}

// Forgot has a link mailed to whoever has that address. Known and unknown cost the same: nobody is
// looked up before RunForgotten does it. Without a mail server nothing is mailed; mailed says which.
func (s *Service) Forgot(ctx context.Context, email string, from From) (mailed bool, err error) {
	email = strings.TrimSpace(email)
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if mailed, err = mailServer(ctx, tx.Queries); err != nil || !mailed || email == "" || len(email) > maxTyped {
			return err
		}
		if rests, err := s.Access.Take(ctx, tx, access.Tries{{Key: access.NameKey("user-forgot-address", from.Door, from.Address), Free: access.FreeAddress}}); err != nil || rests {
			return err
		}
		free, err := s.Access.Once(ctx, tx, access.NameKey("user-forgot", email), forgotEvery)
		if err != nil || !free {
			return err
		}
		return outbox.QueueJob(ctx, tx, outbox.Job{Key: JobForgotten + "/" + s.IDs(), Kind: JobForgotten, Payload: forgotten{email}})
	})
	return mailed, err
}

// forgotEvery is the shortest time between two looks at one address.
const forgotEvery = 2 * time.Minute

// RunForgotten looks up who was meant and mails a link. It is the handler of JobForgotten.
func (s *Service) RunForgotten(ctx context.Context, payload json.RawMessage) error {
	var f forgotten
	if err := json.Unmarshal(payload, &f); err != nil {
		return errors.Join(outbox.ErrFinal, err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		// What was typed, which may be anything, goes out of the file once it was looked up.
		if err := tx.DeleteJobsDone(ctx, gen.DeleteJobsDoneParams{FromKey: JobForgotten + "/", ToKey: JobForgotten + "0", Before: db.Stamp(tx.Now.Add(-24 * time.Hour))}); err != nil {
			return err
		}
		r, err := tx.UserToRemind(ctx, f.Typed)
		if missing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if free, err := s.Access.Seldom(ctx, tx, "user-mail:"+r.PublicID); err != nil || !free {
			return err
		}
		switch held, err := s.held(ctx, tx, r.ID); {
		case err != nil:
			return err
		case held:
			return s.hold(ctx, tx, r.ID)
		}
		u := gen.User{ID: r.ID, Name: r.Name, Email: r.Email, Language: r.Language}
		l, err := s.issue(ctx, tx, u, linkPassword, "", PasswordLife)
		if err != nil {
			return err
		}
		if err := s.mailLink(ctx, tx, u, l, forPassword, u.Email); err != nil {
			return err
		}
		return write(ctx, tx, actor.Machine(), "password_asked", u.ID, nil)
	})
}

// held tells whether a link to the principal's password would go by a mail server that somebody else set:
// a delegate could have it come to one of their own, and be the principal. A second factor stands in their way
// by itself; the code on paper and the command line at the machine remain.
func (s *Service) held(ctx context.Context, tx *db.Tx, userID int64) (bool, error) {
	u, err := tx.UserByID(ctx, userID)
	if err != nil || u.Role != string(actor.Principal) {
		return false, err
	}
	switch factor, err := tx.FactorOfUser(ctx, userID); {
	case err == nil && factor.ConfirmedAt != nil:
		return false, nil
	case err != nil && !missing(err):
		return false, err
	}
	by, err := tx.MailServerSetBy(ctx)
	if missing(err) {
		return false, nil
	}
	return by.ActorKind == string(actor.Staff) && by.ActorID != userID, err
}

// hold tells inside the program that no link was mailed, and why.
func (s *Service) hold(ctx context.Context, tx *db.Tx, userID int64) error {
	if err := audit.Notify(ctx, tx, "password_link_held", nil, "mail_settings", ""); err != nil {
		return err
	}
	return write(ctx, tx, actor.Machine(), "password_held", userID, nil)
}

// ChangeEmail asks for another address: the password is asked for, the new address gets a link that has to
// come back, the old one is told. Nothing changes before.
func (s *Service) ChangeEmail(ctx context.Context, who actor.Actor, password, email string) error {
	if err := who.Need(actor.Look); err != nil {
		return err
	}
	var form fault.Form
	form.Need("email", email)
	company.Field(&form, "email", &email, ident.CheckEmail)
	if err := form.Err(); err != nil {
		return err
	}
	stored, err := s.checkOwn(ctx, who, password)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.still(ctx, tx, who, stored); err != nil {
			return err
		}
		if set, err := mailServer(ctx, tx.Queries); err != nil || !set {
			if err == nil {
				err = ErrNoMailServer
			}
			return err
		}
		if n, err := tx.CountUserEmail(ctx, gen.CountUserEmailParams{Email: email, ID: 0}); err != nil || n > 0 {
			if err == nil {
				err = refusedAt("email", "fault.users.email_taken")
			}
			return err
		}
		if free, err := s.Access.Once(ctx, tx, access.NameKey("user-email", who.Name, email), time.Minute); err != nil || !free {
			if err == nil {
				err = fault.New(fault.TooMany, "fault.too_many")
			}
			return err
		}
		u, err := tx.UserByID(ctx, who.ID)
		if err != nil {
			return err
		}
		if err := revoke(ctx, tx, u.ID, linkEmail); err != nil {
			return err
		}
		l, err := s.issue(ctx, tx, u, linkEmail, email, EmailLife)
		if err != nil {
			return err
		}
		if err := s.mailLink(ctx, tx, u, l, forEmail, email); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, u, "email_asked", u.Email, email); err != nil {
			return err
		}
		s.moved(tx)
		return write(ctx, tx, who, "email_asked", u.ID, nil)
	})
}

// CancelEmail takes the wish for another address back.
func (s *Service) CancelEmail(ctx context.Context, who actor.Actor) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.Look, false); err != nil {
			return err
		}
		s.moved(tx)
		if err := revoke(ctx, tx, who.ID, linkEmail); err != nil {
			return err
		}
		return write(ctx, tx, who, "email_kept", who.ID, nil)
	})
}

// ConfirmEmail uses the link of another address up: it counts from here on, and the old one is told.
func (s *Service) ConfirmEmail(ctx context.Context, token string) (c Choice, err error) {
	token = strings.TrimSpace(token)
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err := use(ctx, tx, token, linkEmail)
		if err != nil {
			return err
		}
		u, err := tx.UserByID(ctx, l.UserID)
		if err != nil {
			return err
		}
		if n, err := tx.CountUserEmail(ctx, gen.CountUserEmailParams{Email: l.Email, ID: u.ID}); err != nil || n > 0 {
			if err == nil {
				err = fault.New(fault.Conflict, "fault.users.email_taken")
			}
			return err
		}
		if err := tx.SetUserEmail(ctx, gen.SetUserEmailParams{ID: u.ID, Email: l.Email}); err != nil {
			return err
		}
		// A link to choose a password that went to the old mailbox opens nothing any more.
		if err := revoke(ctx, tx, u.ID, linkPassword); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, u, "email_changed", u.Email, l.Email); err != nil {
			return err
		}
		s.moved(tx)
		c = Choice{Kind: linkEmail, Name: u.Name, Email: l.Email, Language: u.Language}
		return write(ctx, tx, actor.Actor{Kind: actor.Staff, ID: u.ID, Name: u.Name, Role: actor.Role(u.Role)}, "email_changed", u.ID, map[string]any{"fields": "email"})
	})
	return c, err
}
