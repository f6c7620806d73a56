namespace Rubato.Planning;

/// <summary>Whether a solver adds noise on its way: the two kinds want different schedules.</summary>
public enum SamplerKind
{
    /// <summary>Noise at every step, as DDPM.</summary>
    Ancestral,

    /// <summary>None, as DDIM.</summary>
    Deterministic,
}

/// <summary>The tables of one kind of data.</summary>
/// <param name="Ancestral">For solvers that add noise.</param>
/// <param name="Deterministic">For solvers that add none.</param>
public sealed record HybridTables(HybridTable Ancestral, HybridTable Deterministic)
{
    /// <summary>The table for a kind of solver.</summary>
    public HybridTable this[SamplerKind kind] => kind == SamplerKind.Ancestral ? Ancestral : Deterministic;
}
