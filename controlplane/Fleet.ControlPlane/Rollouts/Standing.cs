namespace Fleet.ControlPlane.Rollouts;

/// <summary>How one device stands to the version of a rollout.</summary>
internal enum Standing
{
    /// <summary>Its ring is not open yet, or a camera of it was not told yet.</summary>
    Untold,

    /// <summary>It has no camera that could complete a frame.</summary>
    NoCamera,

    /// <summary>It has said nothing since it was told.</summary>
    Silent,

    /// <summary>It is at work.</summary>
    Busy,

    /// <summary>Its cameras run the version in the shadow of their own; how they agree is not known yet.</summary>
    Compared,

    /// <summary>In the shadow the version agreed on every camera of it; it is not told to run it yet.</summary>
    Agreed,

    /// <summary>It committed; a guard has too little evidence yet.</summary>
    Measured,

    /// <summary>All is well; it has not served long enough.</summary>
    Baking,

    /// <summary>Every camera of it completed frames with the version and committed it, every guard holds, and it baked.</summary>
    Committed,

    /// <summary>It gave no evidence in time, and its ring may go on without it.</summary>
    LeftBehind,

    /// <summary>A guard cannot be read or has nothing to compare with.</summary>
    Unclear,

    /// <summary>A camera of it refused the version, failed, went back or broke a guard.</summary>
    Failed,
}
