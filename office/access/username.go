package access

import (
	"context"
	"regexp"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// userNameShape: letters, digits, dot, hyphen, underscore. No "@": a name that is another's
// address would take that person's sign-ins.
var userNameShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$`)

// CheckUserName tells whether a user name may be chosen by somebody of that e-mail address:
// the address itself, or 3 to 64 letters, digits, dots, hyphens, underscores. The fault is at
// the field "user_name".
func CheckUserName(name, email string) error {
	if strings.EqualFold(name, email) || userNameShape.MatchString(name) {
		return nil
	}
	var f fault.Form
	f.Add("user_name", "fault.user_name_shape")
	return f.Err()
}

// ChooseUserName gives the actor another user name. One that is taken gives fault.user_name_taken
// at the field "user_name"; tries are counted, or it would tell who else is here.
func (s *Service) ChooseUserName(ctx context.Context, who actor.Actor, name string) error {
	if err := who.NeedOwnHand(); err != nil {
		return err
	}
	name = strings.TrimSpace(name)
	taken := false
	err := s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		taken = false
		if err := stands(ctx, tx, who); err != nil {
			return err
		}
		c, err := tx.ContactByID(ctx, who.ID)
		if err != nil {
			return db.NotFound(err)
		}
		if err := CheckUserName(name, c.Email); err != nil {
			return err
		}
		key := "username:" + hashOf(nameKey(who.ID))
		if rests, err := s.resting(ctx, tx, key); err != nil || rests {
			if err == nil {
				err = fault.New(fault.TooMany, "fault.too_many")
			}
			return err
		}
		n, err := tx.CountUserName(ctx, gen.CountUserNameParams{UserName: name, ContactID: who.ID})
		if err != nil {
			return err
		}
		if taken = n > 0; taken {
			return nil // the try stays counted
		}
		if _, err := tx.SetUserName(ctx, gen.SetUserNameParams{ContactID: who.ID, UserName: name}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.user_name_changed", ObjectKind: "contact", ObjectID: who.ID})
	})
	if err == nil && taken {
		var f fault.Form
		f.Add("user_name", "fault.user_name_taken")
		return f.Err()
	}
	return err
}
