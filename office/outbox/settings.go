package outbox

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"unicode"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Settings is how the firm's mail leaves. The password is never read back.
type Settings struct {
	Host        string `json:"host"` // "" = no server: mails wait and stay readable
	Port        int64  `json:"port"`
	Security    string `json:"security"` // tls, starttls, plain
	PlainAgreed bool   `json:"plainAgreed"`
	Auth        string `json:"auth"` // none, plain, login
	UserName    string `json:"userName"`
	FromName    string `json:"fromName"`
	FromAddress string `json:"fromAddress"`
	ReplyTo     string `json:"replyTo"`
	Signature   string `json:"signature"` // Markdown; "" = the usual one
	Version     int64  `json:"version"`
	HasPassword bool   `json:"hasPassword"` // read only
	Practice    bool   `json:"practice"`    // read only: the demo company delivers to itself
}

// SettingsChange is what was typed. Password nil keeps the stored one, "" removes it.
type SettingsChange struct {
	Settings
	Password *string `json:"password"`
}

// MailSettings gives the settings, without the password.
func (s *Service) MailSettings(ctx context.Context, who actor.Actor) (Settings, error) {
	if err := who.Need(actor.Look); err != nil {
		return Settings{}, err
	}
	h, err := s.c.house(ctx)
	if err != nil {
		return Settings{}, err
	}
	m := h.settings
	return Settings{Host: m.Host, Port: m.Port, Security: m.Security, PlainAgreed: m.PlainAgreed == 1, Auth: m.Auth, UserName: m.UserName, FromName: m.FromName,
		FromAddress: m.FromAddress, ReplyTo: m.ReplyTo, Signature: m.Signature, Version: m.Version, HasPassword: len(h.sealed) > 0, Practice: h.company.IsDemo == 1}, nil
}

// SaveMailSettings changes them; what waits is tried at once.
func (s *Service) SaveMailSettings(ctx context.Context, who actor.Actor, in SettingsChange) (Settings, error) {
	if err := who.Need(actor.Configure); err != nil {
		return Settings{}, err
	}
	in, err := checkSettings(in)
	if err != nil {
		return Settings{}, err
	}
	before, err := s.c.house(ctx)
	if err != nil {
		return Settings{}, err
	}
	if err := samePlace(before, in); err != nil {
		return Settings{}, err
	}
	sealed, err := s.keep(in.Password) // outside of the transaction: a keyring may ask its user first
	if err != nil {
		return Settings{}, err
	}
	err = s.c.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.UpdateMailSettings(ctx, gen.UpdateMailSettingsParams{Host: in.Host, Port: in.Port, Security: in.Security, PlainAgreed: flag(in.PlainAgreed), Auth: in.Auth,
			UserName: in.UserName, FromName: in.FromName, FromAddress: in.FromAddress, ReplyTo: in.ReplyTo, Signature: in.Signature, Version: in.Version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		switch {
		case sealed != nil:
			err = tx.PutSecret(ctx, gen.PutSecretParams{Name: passwordName, Sealed: sealed, UpdatedAt: tx.Stamp()})
		case in.Password != nil:
			err = s.forget(ctx, tx)
		}
		if err != nil {
			return err
		}
		if _, err := tx.HurryMails(ctx, tx.Stamp()); err != nil {
			return err
		}
		tx.AfterCommit(mailHurried.ring)
		return audit.Write(ctx, tx, who, audit.Record{Action: "mail.settings_changed", ObjectKind: "company", ObjectID: 1,
			Details: map[string]any{"fields": changedOf(before, in), "has_server": in.Host != ""}})
	})
	if err != nil {
		return Settings{}, err
	}
	return s.MailSettings(ctx, who)
}

// changedOf names what a change changes.
func changedOf(before house, in SettingsChange) []string {
	m := before.settings
	old := Settings{Host: m.Host, Port: m.Port, Security: m.Security, PlainAgreed: m.PlainAgreed == 1, Auth: m.Auth, UserName: m.UserName, FromName: m.FromName,
		FromAddress: m.FromAddress, ReplyTo: m.ReplyTo, Signature: m.Signature, HasPassword: in.HasPassword, Practice: in.Practice}
	fields := audit.Changed(old, in.Settings)
	if in.Password != nil {
		fields = append(fields, "password")
	}
	return fields
}

func (s *Service) keep(password *string) ([]byte, error) {
	if password == nil || *password == "" {
		return nil, nil
	}
	if s.c.Vault == nil {
		return nil, errors.New("outbox: no vault")
	}
	return s.c.Vault.Keep(passwordName, *password)
}

func (s *Service) forget(ctx context.Context, tx *db.Tx) error {
	stored, err := tx.GetSecret(ctx, passwordName)
	if err != nil {
		if fault.Is(db.NotFound(err), fault.NotFound) {
			return nil
		}
		return err
	}
	if s.c.Vault != nil {
		tx.AfterCommit(func() { s.c.Vault.Forget(passwordName, stored) })
	}
	return tx.DeleteSecret(ctx, passwordName)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// checkSettings normalises what was typed and refuses, beside each field, what cannot be.
func checkSettings(in SettingsChange) (SettingsChange, error) {
	var form fault.Form
	for _, p := range []*string{&in.Host, &in.UserName, &in.FromName, &in.FromAddress, &in.ReplyTo, &in.Signature} {
		*p = strings.TrimSpace(*p)
	}
	in.Host = strings.ToLower(in.Host)
	if in.Host != "" && !isHost(in.Host) {
		form.Add("host", "mail.fault.host")
	}
	if in.Port < 1 || in.Port > 65535 {
		form.Add("port", "mail.fault.port")
	}
	if in.Security != "tls" && in.Security != "starttls" && in.Security != "plain" {
		form.Add("security", "mail.fault.choice")
	}
	if in.Auth != "none" && in.Auth != "plain" && in.Auth != "login" {
		form.Add("auth", "mail.fault.choice")
	}
	if in.Security == "plain" && in.Host != "" && !in.PlainAgreed && !loopback(in.Host) {
		form.Add("plainAgreed", "mail.fault.plain_not_agreed")
	}
	if in.Host != "" && in.Auth != "none" {
		form.Need("userName", in.UserName)
	}
	in.FromName = OneLine(in.FromName, 120)
	form.Need("fromAddress", in.FromAddress)
	for path, p := range map[string]*string{"fromAddress": &in.FromAddress, "replyTo": &in.ReplyTo} {
		if *p == "" {
			continue
		}
		c, err := ident.CheckEmail(*p)
		if err != nil {
			form.Add(path, "fault.ident.email")
			continue
		}
		*p = c
	}
	form.MaxLen("userName", in.UserName, 254)
	form.MaxLen("signature", in.Signature, 2000)
	if in.Password != nil {
		form.MaxLen("password", *in.Password, 1000)
		if strings.ContainsAny(*in.Password, "\x00\r\n") {
			form.Add("password", "fault.invalid")
		}
	}
	if strings.ContainsFunc(in.UserName, unicode.IsControl) {
		form.Add("userName", "fault.invalid")
	}
	return in, form.Err()
}

// isHost takes a name or an address of the network, nothing that looks like a page.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return false
			}
		}
	}
	return true
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
