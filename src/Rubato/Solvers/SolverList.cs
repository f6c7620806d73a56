using Rubato.Planning;

namespace Rubato.Solvers;

/// <summary>A solver that a person can name.</summary>
/// <param name="Create">The solver with its published settings.</param>
/// <param name="Style">How the references lay grids for it.</param>
/// <param name="Schedule">The schedule that it takes where none is named: see <see cref="Schedules.ByName"/>.</param>
public sealed record SolverChoice(Func<ISolver> Create, GridStyle Style, string Schedule);

/// <summary>The solvers that a person can name.</summary>
public static class SolverList
{
    /// <summary>Every solver by its name.</summary>
    public static readonly IReadOnlyDictionary<string, SolverChoice> ByName =
        new Dictionary<string, SolverChoice>(StringComparer.OrdinalIgnoreCase)
        {
            ["ddim"] = new(() => new Ddim(), GridStyle.Ddim, "leading"),
            ["ddpm"] = new(() => new Ddpm(), GridStyle.Ancestral, "leading"),
            ["euler"] = new(() => new Euler(), GridStyle.Kappa, "linspace"),
            ["heun"] = new(() => new Heun(), GridStyle.Kappa, "linspace"),
            ["dpmpp_2m"] = new(() => new Dpmpp2M(), GridStyle.Multistep, "karras"),
        };
}
