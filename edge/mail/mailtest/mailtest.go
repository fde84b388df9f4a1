// Package mailtest is a real mail server that misbehaves on demand, for tests.
//
// What lives here: the scripted server, certificates of an authority made for the test.
// What must not: anything the program ships. Called by the tests of edge/mail and
// office/outbox, and by end-to-end tests.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"comptoir/office/outbox"
)

// Script says how the server behaves. Every function may be nil; n counts its calls from 1.
type Script struct {
	TLS      *tls.Config // offers STARTTLS, or speaks TLS at once
	Implicit bool
	User     string // "" = no AUTH offered
	Password string
	Login    bool // offers LOGIN instead of PLAIN
	MaxBytes int64
	UTF8     bool
	OnMail   func(n int, from string) error
	OnRcpt   func(n int, to string) error
	OnData   func(n int, eml []byte, conn net.Conn) error // before the message counts as received
}

// Refuse is an answer of the server.
func Refuse(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
}

// Received is one message the server took.
type Received struct {
	From, To string
	EML      []byte
}

// Server is a running server.
type Server struct {
	script Script
	server *smtp.Server
	addr   *net.TCPAddr

	mu          sync.Mutex
	got         []Received
	connections int
	mails       int
	rcpts       int
	datas       int
}

// Start runs a server until the test ends.
func Start(t testing.TB, script Script) *Server {
	t.Helper()
	s := &Server{script: script}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		s.connections++
		s.mu.Unlock()
		base := &session{s: s, conn: c.Conn()}
		if script.User != "" {
			return &authSession{base}, nil
		}
		return base, nil
	}))
	s.server.Domain, s.server.AllowInsecureAuth, s.server.EnableSMTPUTF8 = "localhost", true, script.UTF8
	s.server.MaxMessageBytes = script.MaxBytes
	s.server.ErrorLog = silent{}
	if !script.Implicit {
		s.server.TLSConfig = script.TLS
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal("no port")
	}
	s.addr = addr
	if script.Implicit {
		l = tls.NewListener(l, script.TLS)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.server.Serve(l) }()
	t.Cleanup(func() {
		_ = s.server.Close()
		_ = l.Close()
		<-done
	})
	return s
}

// Reach is how the outbox reaches it, in clear.
func (s *Server) Reach() outbox.Server {
	return outbox.Server{Host: "127.0.0.1", Port: s.addr.Port, Security: "plain", Auth: "none"}
}

// Port is where it listens.
func (s *Server) Port() int { return s.addr.Port }

// Addr is host and port.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.addr.Port)) }

// Got is what it received.
func (s *Server) Got() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received{}, s.got...)
}

// Connections counts the connections that said hello.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

type session struct {
	s        *Server
	conn     net.Conn
	from, to string
	signedIn bool
}

func (x *session) count(n *int) int {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	*n++
	return *n
}

func (x *session) Reset()        {}
func (x *session) Logout() error { return nil }

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if x.s.script.User != "" && !x.signedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	n := x.count(&x.s.mails)
	x.from = from
	if fn := x.s.script.OnMail; fn != nil {
		return fn(n, from)
	}
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	n := x.count(&x.s.rcpts)
	x.to = to
	if fn := x.s.script.OnRcpt; fn != nil {
		return fn(n, to)
	}
	return nil
}

func (x *session) Data(r io.Reader) error {
	eml, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	n := x.count(&x.s.datas)
	if fn := x.s.script.OnData; fn != nil {
		if err := fn(n, eml, x.conn); err != nil {
			return err
		}
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.got = append(x.s.got, Received{x.from, x.to, eml})
	return nil
}

type authSession struct{ *session }

func (x *authSession) AuthMechanisms() []string {
	if x.s.script.Login {
		return []string{"LOGIN"}
	}
	return []string{"PLAIN"}
}

func (x *authSession) Auth(string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != x.s.script.User || password != x.s.script.Password {
			return smtp.ErrAuthFailed
		}
		x.signedIn = true
		return nil
	}
	if x.s.script.Login {
		return &loginServer{check: check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
}

type loginServer struct {
	check func(user, password string) error
	asked int
	user  string
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	l.asked++
	switch l.asked {
	case 1:
		return []byte("User Name\x00"), false, nil // as one large provider words it
	case 2:
		l.user = string(response)
		return []byte("Password\x00"), false, nil
	case 3:
		return nil, true, l.check(l.user, string(response))
	}
	return nil, true, errors.New("asked too often")
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// Authority is a certificate authority made for one test.
type Authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// NewAuthority makes one.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &Authority{key, cert}
}

// Pool trusts the authority alone.
func (a *Authority) Pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// Serve gives a server's configuration with a certificate for that address, good until then.
func (a *Authority) Serve(t testing.TB, address string, until time.Time) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature}
	if ip := net.ParseIP(address); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{address}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}
