package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"comptoir/office/outbox"
)

// Carrier opens connections to mail servers.
type Carrier struct {
	roots   *x509.CertPool // nil: the machine's
	dial    time.Duration
	command time.Duration
	submit  time.Duration
}

// NewCarrier makes a carrier; roots are further authorities to trust, nil for the machine's own.
func NewCarrier(roots *x509.CertPool) *Carrier {
	return &Carrier{roots: roots, dial: 20 * time.Second, command: time.Minute, submit: 3 * time.Minute}
}

type connection struct {
	client *smtp.Client
	conn   *impatient
	stop   func() bool // of the watch over ctx
}

// impatient bounds every deadline: the library waits five minutes for a greeting, and a
// person at *Tester* does not.
type impatient struct {
	net.Conn
	most time.Duration
}

func (i *impatient) SetDeadline(t time.Time) error {
	if last := time.Now().Add(i.most); !t.IsZero() && t.After(last) {
		t = last
	}
	return i.Conn.SetDeadline(t)
}

// Open connects, encrypts and signs in; each step is reported as it ends. When ctx ends
// the connection is closed, whatever it was waiting for.
func (c *Carrier) Open(ctx context.Context, s outbox.Server, report func(outbox.Step)) (outbox.Connection, error) {
	if report == nil {
		report = func(outbox.Step) {}
	}
	step := func(name, answer string, err error) error {
		if err == nil {
			report(outbox.Step{Name: name, OK: true, Answer: answer})
			return nil
		}
		a := diagnose(name, err)
		report(outbox.Step{Name: name, Answer: a.Text, Advice: a.Advice})
		return a
	}
	conn, err := c.connect(ctx, s)
	if err != nil {
		return nil, step("connect", "", err)
	}
	k := &connection{conn: &impatient{Conn: conn, most: c.command}}
	k.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	greeting, err := c.greet(k, s)
	if err != nil {
		return nil, errors.Join(step("connect", "", err), k.drop())
	}
	if err := step("connect", greeting, nil); err != nil {
		return nil, err
	}
	secured, err := c.encrypt(k, s)
	if err := step("tls", secured, err); err != nil {
		return nil, errors.Join(err, k.drop())
	}
	welcome, err := authenticate(k.client, s)
	if err := step("authenticate", welcome, err); err != nil {
		return nil, errors.Join(err, k.drop())
	}
	k.conn.most = c.submit
	return k, nil
}

// connect dials; with implicit TLS nothing is said before the handshake, which belongs to
// the step after.
func (c *Carrier) connect(ctx context.Context, s outbox.Server) (net.Conn, error) {
	if s.Security == "plain" && !s.PlainAgreed && !Loopback(s.Host) {
		return nil, errPlain
	}
	d := net.Dialer{Timeout: c.dial}
	return d.DialContext(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
}

func (c *Carrier) client(conn net.Conn) *smtp.Client {
	client := smtp.NewClient(conn)
	client.CommandTimeout, client.SubmissionTimeout = c.command, c.submit
	return client
}

// greet reads the server's greeting where it comes in clear.
func (c *Carrier) greet(k *connection, s outbox.Server) (string, error) {
	said := "mail.answer.connected\n" + net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	if s.Security == "tls" {
		return said, nil
	}
	k.client = c.client(k.conn)
	if s.Security == "plain" {
		return said, k.client.Hello(greetingName(k.conn))
	}
	// STARTTLS: the library greets by itself; the handshake is made in encrypt.
	return said, nil
}

func (c *Carrier) encrypt(k *connection, s outbox.Server) (string, error) {
	config := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: c.roots}
	switch s.Security {
	case "plain":
		return "mail.answer.in_clear", nil
	case "tls":
		t := tls.Client(k.conn, config)
		if err := k.conn.SetDeadline(time.Now().Add(c.command)); err != nil {
			return "", err
		}
		if err := t.HandshakeContext(context.Background()); err != nil { // ctx closes the connection beneath
			return "", err
		}
		k.client = c.client(t)
	default:
		client, err := smtp.NewClientStartTLS(k.conn, config)
		if err != nil {
			return "", err
		}
		client.CommandTimeout, client.SubmissionTimeout = c.command, c.submit
		k.client = client
	}
	// The handshake of STARTTLS happens with the first command after it.
	if err := k.client.Hello(greetingName(k.conn)); err != nil {
		return "", err
	}
	state, ok := k.client.TLSConnectionState()
	if !ok {
		return "", errPlain
	}
	return "mail.answer.encrypted\n" + tls.VersionName(state.Version), nil
}

// greetingName is an address literal (RFC 5321, 4.1.3): a desk has no name in the DNS.
func greetingName(conn net.Conn) string {
	if a, err := netip.ParseAddrPort(conn.LocalAddr().String()); err == nil {
		if ip := a.Addr().Unmap(); ip.Is4() {
			return "[" + ip.String() + "]"
		}
		return "[IPv6:" + a.Addr().WithZone("").String() + "]"
	}
	return "localhost"
}

// login answers the two questions of AUTH LOGIN in their order, whatever their wording:
// the library's insists on one.
type login struct{ words []string }

func (l *login) Start() (mech string, ir []byte, err error) { return "LOGIN", nil, nil }

func (l *login) Next([]byte) ([]byte, error) {
	if len(l.words) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	word := l.words[0]
	l.words = l.words[1:]
	return []byte(word), nil
}

var (
	errPlain  = errors.New("mail: the connection would not be encrypted")
	errNoAuth = errors.New("mail: the server does not offer this way to sign in")
)

// authenticate signs in the way that was chosen, or the other one where the server only
// has that: to the owner both are a name and a password.
func authenticate(client *smtp.Client, s outbox.Server) (string, error) {
	if s.Auth != "plain" && s.Auth != "login" {
		return "mail.answer.no_sign_in", nil
	}
	usePlain := client.SupportsAuth("PLAIN") && (s.Auth == "plain" || !client.SupportsAuth("LOGIN"))
	var mech sasl.Client
	switch {
	case usePlain:
		mech = sasl.NewPlainClient("", s.UserName, s.Password)
	case client.SupportsAuth("LOGIN"):
		mech = &login{words: []string{s.UserName, s.Password}}
	default:
		return "", errNoAuth
	}
	if err := client.Auth(mech); err != nil {
		return "", err
	}
	return "mail.answer.signed_in", nil
}

// Send delivers one message and gives the server's last words.
func (k *connection) Send(ctx context.Context, from, to string, eml []byte) (string, error) {
	stop := context.AfterFunc(ctx, func() { _ = k.conn.Close() })
	defer stop()
	sender, err := wireAddress(from)
	if err != nil {
		return "", &outbox.Answer{Text: "mail.answer.not_composed", Permanent: true, Err: err}
	}
	recipient, err := wireAddress(to)
	if err != nil {
		return "", &outbox.Answer{Text: "mail.answer.not_composed", Permanent: true, Err: err}
	}
	options := &smtp.MailOptions{Size: int64(len(eml)), UTF8: !ascii(sender) || !ascii(recipient)}
	if ok, _ := k.client.Extension("SMTPUTF8"); options.UTF8 && !ok {
		return "", &outbox.Answer{Text: "mail.answer.address_utf8", Permanent: true}
	}
	if limit, ok := k.client.MaxMessageSize(); ok && limit > 0 && len(eml) > limit {
		return "", &outbox.Answer{Text: "mail.answer.too_big", Permanent: true}
	}
	if err := k.client.Mail(sender, options); err != nil {
		return "", k.failed("mail", err)
	}
	if err := k.client.Rcpt(recipient, nil); err != nil {
		return "", k.failed("rcpt", err)
	}
	w, err := k.client.Data()
	if err != nil {
		return "", k.failed("data", err)
	}
	if _, err := bytes.NewReader(eml).WriteTo(w); err != nil {
		return "", diagnose("data", err)
	}
	said, err := w.CloseWithResponse()
	if err != nil {
		return "", k.failed("data", err)
	}
	return fmt.Sprintf("250 %s", said.StatusText), nil
}

// failed clears the transaction that the server refused, so that the next mail starts
// afresh on the same connection.
func (k *connection) failed(at string, err error) error {
	a := diagnose(at, err)
	var said *smtp.SMTPError
	if errors.As(err, &said) && said.Code != 421 {
		if err := k.client.Reset(); err != nil {
			a.Broken = true
		}
	}
	return a
}

// Close says goodbye.
func (k *connection) Close() error {
	defer k.stop()
	if err := k.conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return k.conn.Close()
	}
	if err := k.client.Quit(); err != nil {
		return k.conn.Close()
	}
	return nil
}

// drop hangs up without a word.
func (k *connection) drop() error {
	k.stop()
	_ = k.conn.Close() // it may be closed already
	return nil
}

// Loopback tells whether host is this machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] > 126 {
			return false
		}
	}
	return true
}
