"""Why a sign-in at the issuer came to nothing, and what to do about it. Total: no reason is without a sentence."""

from adapters.oidc.not_signed_in import NotSignedIn


def not_signed_in_text(why: NotSignedIn) -> str:
    """Say why in a sentence or two."""
    match why:
        case NotSignedIn.NOT_THE_SAME:
            return "This sign-in was begun in another browser or tab, is too old, or was used before. Sign in again."
        case NotSignedIn.DENIED:
            return "You cancelled the sign-in, or your organization does not let you in here."
        case NotSignedIn.NOT_TAKEN:
            return (
                "Your organization's sign-in and ours did not understand each other. Sign in again; if it happens "
                "again, tell who runs this service."
            )
        case NotSignedIn.AWAY:
            return "Your organization's sign-in gives no answer right now. Try again in a moment."
        case NotSignedIn.NO_ID:
            return "Your organization's sign-in does not say who you are in a way that we can use. Tell who runs this service."
        case NotSignedIn.NO_ROLE:
            return "You are known, but you have no role in Single Client Sync. Ask who gives out rights in your organization for one."
        case NotSignedIn.NO_FIRM:
            return "You are known, but no firm here is yours. Ask who gives out rights in your organization for one."
