package app

import (
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/edge/portal"
	"comptoir/office/users"
)

// Account is bound to the window: signing in, and what each user keeps of itself.
type Account struct{ desk *desk }

// UserMark names who acts, with what the role may.
type UserMark struct {
	ID          string   `json:"id"`
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Label       string   `json:"label"` // code and name
	Role        string   `json:"role"`
	RoleLabel   string   `json:"roleLabel"`
	Language    string   `json:"language"`
	Theme       string   `json:"theme"`
	Permissions []string `json:"permissions"`
}

func label(code, name string) string { return strings.TrimSpace(code + " " + name) }

func may(r actor.Role) []string {
	list := []string{}
	for _, p := range actor.Permissions() {
		if r.May(p) {
			list = append(list, string(p))
		}
	}
	return list
}

func (d *desk) mark(p users.Person) *UserMark {
	return &UserMark{ID: p.PublicID, Code: p.Code, Name: p.Name, Label: label(p.Code, p.Name), Role: string(p.Role), RoleLabel: d.role(p.Role), Language: p.Language, Theme: p.Theme, Permissions: may(p.Role)}
}

func (d *desk) role(r actor.Role) string { return d.t("common.role."+string(r), nil) }

// SignInView is what the sign-in page knows before anybody is in.
type SignInView struct {
	Needed      bool   `json:"needed"`
	SignedIn    bool   `json:"signedIn"`
	MailServer  bool   `json:"mailServer"` // a link can be mailed; otherwise the recovery code is the way
	HasRecovery bool   `json:"hasRecovery"`
	Firm        string `json:"firm"`
	Language    string `json:"language"`
	Demo        bool   `json:"demo"`
	Door        string `json:"door"`
}

// Entry gives it.
func (s *Account) Entry() (SignInView, error) {
	v := SignInView{Door: s.desk.visit().from.Door, Language: s.desk.lang}
	h := s.desk.app.House()
	if h == nil {
		return v, nil
	}
	desk, err := h.Users.Desk(s.desk.ctx)
	if err != nil {
		return SignInView{}, err
	}
	f, err := h.Company.Firm(s.desk.ctx, actor.Machine())
	if err != nil {
		return SignInView{}, err
	}
	v.Firm, v.Language, v.Demo, v.MailServer, v.HasRecovery = f.Name, f.Language, f.IsDemo, desk.MailServer, desk.HasRecovery
	who, err := s.desk.who(h)
	v.Needed, v.SignedIn = err != nil, err == nil && who.SessionID != 0
	return v, nil
}

// SignedIn is what became of a sign-in.
type SignedIn struct {
	Half         string    `json:"half"` // the code of the second factor is still owed
	User         *UserMark `json:"user"`
	RecoveryCode string    `json:"recoveryCode"` // the next one, where one was used
}

// house gives the open company to methods that nobody has to be signed in for.
func (s *Account) house() (*House, error) {
	if h := s.desk.app.House(); h != nil {
		return h, nil
	}
	return nil, noCompany()
}

// keep puts a session that was opened into the pocket of this door.
func (s *Account) keep(h *House, session users.Session, err error) (SignedIn, error) {
	if err != nil {
		return SignedIn{}, err
	}
	v := s.desk.visit()
	if held := v.pocket.token(); held != "" && held != session.Token { // a copy of the older cookie must not live on
		if err := h.Users.Replaced(s.desk.ctx, held, v.from); err != nil {
			return SignedIn{}, err
		}
	}
	if session.Half != "" {
		v.pocket.keep(users.Session{}) // an older session ended with it
		return SignedIn{Half: session.Half}, nil
	}
	v.pocket.keep(session)
	me, err := h.Users.Me(s.desk.ctx, session.Actor)
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{User: s.desk.mark(me.Person)}, nil
}

// SignIn opens a session by e-mail address and password.
func (s *Account) SignIn(email, password string) (SignedIn, error) {
	h, err := s.house()
	if err != nil {
		return SignedIn{}, err
	}
	session, err := h.Users.SignIn(s.desk.ctx, email, password, s.desk.visit().from)
	return s.keep(h, session, err)
}

// EnterCode adds the code of the second factor, or one of recovery.
func (s *Account) EnterCode(half, code string) (SignedIn, error) {
	h, err := s.house()
	if err != nil {
		return SignedIn{}, err
	}
	session, err := h.Users.EnterCode(s.desk.ctx, half, code, s.desk.visit().from)
	return s.keep(h, session, err)
}

// Forgotten has a link mailed to whoever has that address; the answer is the same for everybody.
func (s *Account) Forgotten(email string) (SignInView, error) {
	h, err := s.house()
	if err != nil {
		return SignInView{}, err
	}
	if _, err := h.Users.Forgot(s.desk.ctx, email, s.desk.visit().from); err != nil {
		return SignInView{}, err
	}
	return s.Entry()
}

// Recover sets the principal's password by the recovery code of the account; the next code comes back.
func (s *Account) Recover(code, password, again string) (SignedIn, error) {
	h, err := s.house()
	if err != nil {
		return SignedIn{}, err
	}
	session, next, err := h.Users.Recover(s.desk.ctx, code, password, again, s.desk.visit().from)
	in, err := s.keep(h, session, err)
	in.RecoveryCode = next
	return in, err
}

// ChoiceView is what a link that opens once is for.
type ChoiceView struct {
	Kind     string `json:"kind"` // password, email
	Name     string `json:"name"`
	Email    string `json:"email"`
	Language string `json:"language"`
	Until    string `json:"until"`
}

// Choice tells it, without using the link up.
func (s *Account) Choice(token string) (ChoiceView, error) {
	h, err := s.house()
	if err != nil {
		return ChoiceView{}, err
	}
	c, err := h.Users.ChoiceOf(s.desk.ctx, token)
	return ChoiceView(c), err
}

// ChoosePassword uses a link up: the password is set, and whoever chose it is signed in.
func (s *Account) ChoosePassword(token, password, again string) (SignedIn, error) {
	h, err := s.house()
	if err != nil {
		return SignedIn{}, err
	}
	session, err := h.Users.ChoosePassword(s.desk.ctx, token, password, again, s.desk.visit().from)
	return s.keep(h, session, err)
}

// ConfirmEmail uses the link of another address up.
func (s *Account) ConfirmEmail(token string) (ChoiceView, error) {
	h, err := s.house()
	if err != nil {
		return ChoiceView{}, err
	}
	c, err := h.Users.ConfirmEmail(s.desk.ctx, token)
	return ChoiceView(c), err
}

// SignOut ends the session of this door.
func (s *Account) SignOut() error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	if err := h.Users.SignOut(s.desk.ctx, who); err != nil {
		return err
	}
	s.desk.visit().pocket.keep(users.Session{})
	return nil
}

// AccountView is a user's own card.
type AccountView struct {
	ID                string   `json:"id"`
	Code              string   `json:"code"`
	Name              string   `json:"name"`
	Label             string   `json:"label"`
	Email             string   `json:"email"`
	Phone             string   `json:"phone"`
	Language          string   `json:"language"`
	Theme             string   `json:"theme"`
	Role              string   `json:"role"`
	RoleLabel         string   `json:"roleLabel"`
	Permissions       []string `json:"permissions"`
	IsPrincipal       bool     `json:"isPrincipal"`
	HasPassword       bool     `json:"hasPassword"`
	PasswordChangedAt string   `json:"passwordChangedAt"`
	FactorOn          bool     `json:"factorOn"`
	FactorSince       string   `json:"factorSince"`
	CodesLeft         int64    `json:"codesLeft"`
	PendingEmail      string   `json:"pendingEmail"`
	PendingUntil      string   `json:"pendingUntil"`
	SignedIn          bool     `json:"signedIn"`    // false: no sign-in was asked for
	AskPassword       bool     `json:"askPassword"` // sign-in is asked for on opening
	AskFixed          bool     `json:"askFixed"`    // since there are several users
	HasRecovery       bool     `json:"hasRecovery"`
	RecoveryMadeAt    string   `json:"recoveryMadeAt"`
	Fresh             bool     `json:"fresh"` // the password was given a short while ago
	Version           int64    `json:"version"`
}

// Me gives it.
func (s *Account) Me() (AccountView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AccountView{}, err
	}
	return s.view(h, who)
}

func (s *Account) view(h *House, who actor.Actor) (AccountView, error) {
	c, err := h.Users.Me(s.desk.ctx, who)
	if err != nil {
		return AccountView{}, err
	}
	d, err := h.Users.Desk(s.desk.ctx)
	return AccountView{ID: c.PublicID, Code: c.Code, Name: c.Name, Label: label(c.Code, c.Name), Email: c.Email, Phone: c.Phone, Language: c.Language, Theme: c.Theme, Role: string(c.Role), RoleLabel: s.desk.role(c.Role),
		Permissions: may(c.Role), IsPrincipal: c.Role == actor.Principal, HasPassword: c.HasPassword, PasswordChangedAt: c.PasswordAt, FactorOn: c.FactorOn, FactorSince: c.FactorAt, CodesLeft: c.CodesLeft,
		PendingEmail: c.PendingEmail, PendingUntil: c.PendingUntil, SignedIn: who.SessionID != 0, AskPassword: d.Asked, AskFixed: d.Always, HasRecovery: d.HasRecovery, RecoveryMadeAt: d.RecoveryAt, Fresh: !who.Stale, Version: c.Version}, err
}

// AccountForm is what a user changes of itself.
type AccountForm struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`
	Language string `json:"language"`
	Version  int64  `json:"version"`
}

// Save changes it.
func (s *Account) Save(f AccountForm) (AccountView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AccountView{}, err
	}
	if err := h.Users.SaveOwn(s.desk.ctx, who, users.Own{Name: f.Name, Phone: f.Phone, Language: f.Language, Version: f.Version}); err != nil {
		return AccountView{}, err
	}
	return s.view(h, who)
}

// ChangeEmail asks for another address; it counts once the link that goes there came back.
func (s *Account) ChangeEmail(password, email string) (AccountView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AccountView{}, err
	}
	if err := h.Users.ChangeEmail(s.desk.ctx, who, password, email); err != nil {
		return AccountView{}, err
	}
	return s.view(h, who)
}

// CancelEmail takes the wish for another address back.
func (s *Account) CancelEmail() (AccountView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AccountView{}, err
	}
	if err := h.Users.CancelEmail(s.desk.ctx, who); err != nil {
		return AccountView{}, err
	}
	return s.view(h, who)
}

// PasswordForm is the form of *Changer mot de passe*.
type PasswordForm struct {
	Old      string `json:"old"`
	Password string `json:"password"`
	Again    string `json:"again"`
}

// ChangePassword changes the own password; the other sessions end.
func (s *Account) ChangePassword(f PasswordForm) (SignedIn, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SignedIn{}, err
	}
	session, err := h.Users.ChangePassword(s.desk.ctx, who, users.PasswordChange{Old: f.Old, Password: f.Password, Again: f.Again}, s.desk.visit().from)
	return s.keep(h, session, err)
}

// Prove takes the password once more, and a code where a second factor is on.
func (s *Account) Prove(password, code string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	session, err := h.Users.Prove(s.desk.ctx, who, password, code, s.desk.visit().from)
	if err == nil && session.Token != "" {
		s.desk.visit().pocket.keep(session)
	}
	return err
}

// SessionView is one of the own sessions.
type SessionView struct {
	ID        string `json:"id"`
	Current   bool   `json:"current"`
	Device    string `json:"device"`
	Address   string `json:"address"`
	Door      string `json:"door"`
	CreatedAt string `json:"createdAt"`
	SeenAt    string `json:"seenAt"`
}

// Sessions lists them, the latest first.
func (s *Account) Sessions() ([]SessionView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	rows, err := h.Users.Sessions(s.desk.ctx, who)
	list := make([]SessionView, 0, len(rows))
	for _, r := range rows {
		list = append(list, SessionView{ID: r.PublicID, Current: r.Current, Device: r.UserAgent, Address: r.Address, Door: r.Door, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt})
	}
	return list, err
}

// EndSession ends one of them.
func (s *Account) EndSession(id string) ([]SessionView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	if err := h.Users.EndSession(s.desk.ctx, who, id); err != nil {
		return nil, err
	}
	return s.Sessions()
}

// EndOtherSessions ends all but this one.
func (s *Account) EndOtherSessions() ([]SessionView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	if err := h.Users.EndOthers(s.desk.ctx, who); err != nil {
		return nil, err
	}
	return s.Sessions()
}

// FactorView is the secret of a second factor until its first code came.
type FactorView struct {
	Secret string `json:"secret"`
	URI    string `json:"uri"`
	QR     string `json:"qr"` // SVG
}

// BeginFactor makes one.
func (s *Account) BeginFactor() (FactorView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return FactorView{}, err
	}
	f, err := h.Users.BeginFactor(s.desk.ctx, who)
	if err != nil {
		return FactorView{}, err
	}
	qr, err := portal.QR(f.URI)
	return FactorView{Secret: f.Typed, URI: f.URI, QR: qr}, err
}

// ConfirmFactor switches it on with a first code; the codes of recovery are given this once.
func (s *Account) ConfirmFactor(code string) ([]string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	session, codes, err := h.Users.ConfirmFactor(s.desk.ctx, who, code, s.desk.visit().from)
	if _, err := s.keep(h, session, err); err != nil {
		return nil, err
	}
	return codes, nil
}

// DropFactor switches it off, with the password and a code.
func (s *Account) DropFactor(password, code string) (SignedIn, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SignedIn{}, err
	}
	session, err := h.Users.DropFactor(s.desk.ctx, who, password, code, s.desk.visit().from)
	return s.keep(h, session, err)
}

// RenewCodes gives ten new codes of recovery.
func (s *Account) RenewCodes() ([]string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Users.RenewCodes(s.desk.ctx, who)
}

// SetAsk has the password asked for on opening, or not, where one user alone could do without.
func (s *Account) SetAsk(on bool) (AccountView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AccountView{}, err
	}
	if err := h.Users.SetAsk(s.desk.ctx, who, on); err != nil {
		return AccountView{}, err
	}
	return s.view(h, who)
}

// MakeRecoveryCode makes the recovery code of the account: shown this once, to be printed.
func (s *Account) MakeRecoveryCode() (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	return h.Users.MakeRecovery(s.desk.ctx, who)
}

// until reads an instant of a use case for the window; what cannot be read is shown as it is.
func until(stored string) string {
	if t, err := time.Parse(db.TimeFormat, stored); err == nil {
		return t.UTC().Format(time.RFC3339)
	}
	return stored
}
