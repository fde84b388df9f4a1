package app

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/attachments"
	"comptoir/office/contracts"
)

// ContractFiles is bound to the window: the attachments of contracts.
type ContractFiles struct{ desk *desk }

// List gives the attachments of a contract with their folders.
func (s *ContractFiles) List(contractID string) (contracts.FileTree, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return contracts.FileTree{}, err
	}
	return h.Contracts.Files(s.desk.ctx, who, contractID)
}

// Removed gives what lies in the bin of a contract.
func (s *ContractFiles) Removed(contractID string) ([]contracts.AttachedFile, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Contracts.RemovedFiles(s.desk.ctx, who, contractID)
}

// Versions gives every version of an attachment, the newest first.
func (s *ContractFiles) Versions(contractID, fileID string) ([]contracts.FileVersion, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Contracts.FileVersions(s.desk.ctx, who, contractID, fileID)
}

// Rename gives an attachment another name.
func (s *ContractFiles) Rename(contractID, fileID, name string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Contracts.RenameFile(s.desk.ctx, who, contractID, fileID, name)
}

// Move puts attachments and folders into a folder, "" = outside of all.
func (s *ContractFiles) Move(pick contracts.Pick, to string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Contracts.Move(s.desk.ctx, who, pick, to)
}

// Show shows or hides attachments and whole folders in the portal.
func (s *ContractFiles) Show(pick contracts.Pick, shown bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Contracts.Show(s.desk.ctx, who, pick, shown)
}

// Remove puts attachments into the bin.
func (s *ContractFiles) Remove(contractID string, fileIDs []string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Contracts.RemoveFiles(s.desk.ctx, who, contractID, fileIDs)
}

// Restore takes attachments out of the bin.
func (s *ContractFiles) Restore(contractID string, fileIDs []string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Contracts.RestoreFiles(s.desk.ctx, who, contractID, fileIDs)
}

// AddFolder makes a folder and gives its id.
func (s *ContractFiles) AddFolder(contractID, parentID, name, key string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	return h.Contracts.AddFolder(s.desk.ctx, who, key, contractID, parentID, name)
}

// RenameFolder gives a folder another name.
func (s *ContractFiles) RenameFolder(contractID, folderID, name string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Contracts.RenameFolder(s.desk.ctx, who, contractID, folderID, name)
}

// RemoveFolder takes an empty folder away.
func (s *ContractFiles) RemoveFolder(contractID, folderID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Contracts.RemoveFolder(s.desk.ctx, who, contractID, folderID)
}

// contractFileRoutes are the attachments' own ways: bytes do not go through the calls.
func (a *App) contractFileRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /files/contracts/{id}", a.uploaded(func(d *desk, r *http.Request) (any, error) { return d.addContractFile(r) }))
	mux.HandleFunc("POST /files/contracts/{id}/{file}", a.uploaded(func(d *desk, r *http.Request) (any, error) { return d.addContractVersion(r) }))
	mux.HandleFunc("GET /files/contract-versions/{id}", a.contractVersion)
	mux.HandleFunc("GET /files/contracts/{id}/archive.zip", a.contractArchive)
}

// drainMax is how much of a refused upload is read and thrown away, so that a browser that still
// sends hears why.
const drainMax = 2 << 30

// uploaded answers an upload as a call is answered.
func (a *App) uploaded(take func(*desk, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
		result, err := take(d, r)
		if err != nil {
			a.refuseUpload(w, d, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(map[string]any{"result": result}) // the reader may be gone
	}
}

// refuseUpload answers an upload with the reason why it was refused.
func (a *App) refuseUpload(w http.ResponseWriter, d *desk, r *http.Request, err error) {
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, drainMax)) // the sender may be gone
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusUnprocessableEntity)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": show(r.Context(), a.log, d.lang, r.URL.Path, err)}) // the same
}

// readUpload reads a multipart form: fields first, then files, which take streams away.
func readUpload(r *http.Request, fields map[string]*string, file func(part *multipart.Part) error) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "fault.not_a_form").With(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && part.FormName() == "file" {
			err = file(part)
		} else if err == nil {
			var b []byte
			b, err = io.ReadAll(io.LimitReader(part, fieldMax))
			if to := fields[part.FormName()]; to != nil {
				*to = string(b)
			}
		}
		if err != nil {
			return cutOff(err)
		}
	}
}

// cutOff tells a broken body from a refusal. That the sender stopped is nothing for the log.
func cutOff(err error) error {
	if _, known := fault.As(err); known {
		return err
	}
	cut := fault.New(fault.Invalid, "fault.files.cut")
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return cut
	}
	return cut.With(err)
}

// addContractFile takes key, folder, path, same, then one file.
func (d *desk) addContractFile(r *http.Request) ([]contracts.AttachedFile, error) {
	h, who, err := d.open()
	if err != nil {
		return nil, err
	}
	in, path := contracts.AddFiles{ContractID: r.PathValue("id")}, ""
	err = readUpload(r, map[string]*string{"key": &in.Key, "folder": &in.FolderID, "path": &path, "same": &in.Same}, func(part *multipart.Part) error {
		f, err := h.Contracts.StageFile(d.ctx, who, part.FileName(), part)
		in.Files = append(in.Files, contracts.NewFile{Path: path, File: f})
		return err
	})
	if err != nil {
		return nil, err
	}
	return h.Contracts.AddFiles(d.ctx, who, in)
}

// addContractVersion takes key, base, note, then the file.
func (d *desk) addContractVersion(r *http.Request) (contracts.AttachedFile, error) {
	h, who, err := d.open()
	if err != nil {
		return contracts.AttachedFile{}, err
	}
	in := contracts.AddVersion{ContractID: r.PathValue("id"), FileID: r.PathValue("file")}
	err = readUpload(r, map[string]*string{"key": &in.Key, "base": &in.Base, "note": &in.Note}, func(part *multipart.Part) (err error) {
		in.File, err = h.Contracts.StageFile(d.ctx, who, part.FileName(), part)
		return err
	})
	if err == nil && in.File == (attachments.Staged{}) {
		err = fault.New(fault.Invalid, "fault.files.none", "most", int64(1))
	}
	if err != nil {
		return contracts.AttachedFile{}, err
	}
	return h.Contracts.AddVersion(d.ctx, who, in)
}

// contractVersion gives the bytes of one version, in parts where a reader asks for parts.
func (a *App) contractVersion(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	h, who, err := d.open()
	var c contracts.FileContent
	if err == nil {
		c, err = h.Contracts.OpenVersion(r.Context(), who, r.PathValue("id"))
	}
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	defer func() { _ = c.Bytes.Close() }() // read only
	serveStored(w, r, c.MediaType, c.Name, c.At, c.Bytes)
}

// serveStored gives stored bytes that somebody sent: pictures and PDFs to be seen, the rest to be
// saved, nothing that could act in the window.
func serveStored(w http.ResponseWriter, r *http.Request, mediaType, name string, at time.Time, content io.ReadSeeker) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Disposition", disposition(mediaType, name))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if mediaType != "application/pdf" { // the reader that browsers have for PDF does not work in a sandbox
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	}
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", at, content)
}

// contractArchive streams the attachments of a pick in one ZIP, in their folders, one at a time.
func (a *App) contractArchive(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	listed := func(name string) []string {
		return strings.FieldsFunc(r.URL.Query().Get(name), func(r rune) bool { return r == ',' })
	}
	h, who, err := d.open()
	var list []contracts.Packed
	contract := ""
	if err == nil {
		contract, list, err = h.Contracts.ForArchive(r.Context(), who, contracts.Pick{ContractID: r.PathValue("id"), FileIDs: listed("files"), FolderIDs: listed("folders")})
	}
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": contract + ".zip"}))
	w.Header().Set("Cache-Control", "no-store")
	z := zip.NewWriter(w)
	for _, p := range list {
		if err := packFile(z, h.Contracts, p); err != nil { // the head is out: half of an archive is none
			show(r.Context(), a.log, d.lang, r.URL.Path, err)
			panic(http.ErrAbortHandler)
		}
	}
	_ = z.Close() // the reader may be gone
}

func packFile(z *zip.Writer, room *contracts.Service, p contracts.Packed) error {
	c, err := room.OpenPacked(p)
	if err != nil {
		return err
	}
	defer func() { _ = c.Bytes.Close() }() // read only
	method := zip.Store                    // most are squeezed already
	if strings.HasPrefix(c.MediaType, "text/") {
		method = zip.Deflate
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: p.Path, Method: method, Modified: c.At})
	if err == nil {
		_, err = io.Copy(w, c.Bytes)
	}
	if err == nil {
		err = z.Flush()
	}
	return err
}
