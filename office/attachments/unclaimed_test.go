package attachments_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"comptoir/office/attachments"
	"comptoir/office/officetest"
)

// Whoever sends file after file and hands none of them over is stopped before the disk is full;
// who hands over is not, nor is anybody else, and the next day is a new one.
func TestUploadsThatAreNeverHandedOver(t *testing.T) {
	s := newShop(t)
	s.Must(s.room.AllowUploads(ctx, s.staff, true))
	client, other := s.Customer("Client", nil), s.Customer("Autre", nil)
	who := officetest.Contact(client)
	s.room.SetUnclaimedMax(1000)
	send := func(n int) (attachments.Staged, error) {
		return s.room.Stage(ctx, who, "plan.pdf", strings.NewReader("%PDF-1.7 "+fmt.Sprint(n)+strings.Repeat("x", 400)))
	}
	for n := range 10 { // an honest customer
		f, err := send(n)
		s.Must(err)
		s.Must(s.room.HandOver(ctx, who, attachments.HandOver{Key: s.key(), Files: []attachments.Staged{f}}))
	}
	for n := range 3 {
		f, err := send(100 + n)
		s.Must(err)
		if err = s.room.HandOver(ctx, who, attachments.HandOver{Key: s.key(), DocumentID: "nothing", Files: []attachments.Staged{f}}); err == nil {
			t.Fatal("handed over on a document that does not exist")
		}
	}
	_, err := send(200)
	s.WantFault(err, "fault.files.enough")
	_, err = s.room.Stage(ctx, officetest.Contact(other), "plan.pdf", strings.NewReader("%PDF-1.7"))
	s.Must(err)
	s.MoveTo(s.Now().Add(25 * time.Hour))
	_, err = send(200)
	s.Must(err)
}
