namespace Rubato.Planning;

/// <summary>
/// The ways in which the reference implementations differ when they lay a grid of the same spacing. Each is the habit
/// of a family of solvers.
/// </summary>
public readonly record struct GridStyle
{
    /// <summary>DDPM and those that follow it: whole training steps.</summary>
    public static readonly GridStyle Ancestral;

    /// <summary>DDIM: each step goes down by a fixed stride, wherever the next one begins.</summary>
    public static readonly GridStyle Ddim = new() { FixedStride = true };

    /// <summary>Those that step in sigma / alpha: steps stay fractional.</summary>
    public static readonly GridStyle Kappa = new() { Fractional = true };

    /// <summary>DPM-Solver and its kin: one point more is laid, and the last is left to the final level.</summary>
    public static readonly GridStyle Multistep = new() { OpenEnd = true };

    /// <summary>Whether steps may fall between training steps.</summary>
    public bool Fractional { get; init; }

    /// <summary>Whether the grid is laid with one point more, of which the last is dropped.</summary>
    public bool OpenEnd { get; init; }

    /// <summary>
    /// Whether a step ends at its beginning less the whole stride T / N, even if the next begins elsewhere.
    /// </summary>
    public bool FixedStride { get; init; }
}
