namespace WebhookKit;

/// <summary>What is wrong with a store that failed.</summary>
public enum StoreFault
{
    /// <summary>It cannot be reached, or it went away in the middle of the call. The call may have taken effect.</summary>
    Unavailable,

    /// <summary>It did not answer in time. The call may have taken effect.</summary>
    TimedOut,

    /// <summary>It has too much to do: no connection was free in time, or others kept coming in between. Nothing of the call took effect.</summary>
    Busy,

    /// <summary>Its disk, or the space it is given, is full. Nothing of the call took effect.</summary>
    Full,

    /// <summary>Somebody else has it: another process owns it, or holds a lock on it. Nothing of the call took effect.</summary>
    Locked,

    /// <summary>It cannot be written: a read-only file, a server in recovery. Nothing of the call took effect.</summary>
    ReadOnly,

    /// <summary>It refuses: the credentials, a permission that is missing, a schema that is missing or of another version. Waiting will not mend it.</summary>
    Refused,

    /// <summary>What it holds is damaged or cannot be read here: a broken file, a secret of an unknown key, a part that this host does not name.</summary>
    Unreadable,
}
