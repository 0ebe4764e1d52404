"""What can be wrong with a PDF, one fault each, for `small_pdf(spoil=…)` in tests."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name

from foundation.pdf.testing import widget


def open_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def named_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))


def hidden_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Extra = pdf.make_indirect(Array([Array([Dictionary(S=Name.JavaScript)])]))


def launch(pdf: pikepdf.Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Dictionary(S=Name.Launch, F="x"))
    pdf.pages[0].obj.Annots = Array([link])


def on_open(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.NextPage))


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["invoice.xml"] = pikepdf.AttachedFileSpec(pdf, b"<a/>", filename="invoice.xml")


def dynamic_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA="<xdp/>")


def video(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))])


def outside_data(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Extra = pdf.make_stream(b"", F="other.bin")


def layer_off(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="x"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


def layer_on_paper(pdf: pikepdf.Pdf) -> None:
    """Its layer says of itself that it is printed and not shown."""
    usage = Dictionary(Print=Dictionary(PrintState=Name.ON), View=Dictionary(ViewState=Name.OFF))
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="x", Usage=usage))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(ON=Array([layer])))


def note_on_paper(pdf: pikepdf.Pdf) -> None:
    """A note that is printed and not shown."""
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([0, 0, 99, 99]), F=4 | 32)
    pdf.pages[0].obj.Annots = Array([note])


def image_on_paper(pdf: pikepdf.Pdf) -> None:
    """A picture with another one for the printer."""
    shown, printed = (
        pdf.make_stream(grey, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8, ColorSpace=Name.DeviceGray)
        for grey in (b"\0", b"\xff")
    )
    shown.Alternates = Array([Dictionary(Image=printed, DefaultForPrinting=True)])
    pdf.Root.Extra = shown


def _drawing(pdf: pikepdf.Pdf, **entries: pikepdf.Object) -> None:
    pdf.Root.Extra = pdf.make_stream(b"", Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), **entries)


def program_on_paper(pdf: pikepdf.Pdf) -> None:
    """A drawing that is a program of the printer."""
    _drawing(pdf, Subtype2=Name.PS, PS=pdf.make_stream(b"showpage"))


def proxy(pdf: pikepdf.Pdf) -> None:
    """A drawing in whose place the printer puts another file."""
    _drawing(pdf, OPI=Dictionary({"/2.0": Dictionary(Type=Name.OPI, F="x.tif")}))


def page_of_elsewhere(pdf: pikepdf.Pdf) -> None:
    """A drawing that stands for a page of another file."""
    _drawing(pdf, Ref=Dictionary(F="other.pdf", Page=0))


def text_field(pdf: pikepdf.Pdf) -> None:
    widget(pdf, field_type="/Tx")


def locked(pdf: pikepdf.Pdf) -> None:
    limits = Dictionary(Type=Name.SigRef, TransformMethod=Name.DocMDP, TransformParams=Dictionary(P=1))
    pdf.Root.Extra = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Reference=Array([limits]))


def huge_image(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Extra = pdf.make_stream(b"\0", Subtype=Name.Image, Width=200_000, Height=200_000)


def huge_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].mediabox = Array([0, 0, 200_000, 200_000])


def huge_unit(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.UserUnit = 400


def no_box(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox = Array([Name.A, 0, 595, 842])
