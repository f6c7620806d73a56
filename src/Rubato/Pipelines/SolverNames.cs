using Rubato.Files;

namespace Rubato.Pipelines;

/// <summary>
/// The solvers that a person can name. Each stands for a scheduler class of diffusers, which takes over what it knows
/// of the model's own configuration: betas, what the network predicts, spacing.
/// </summary>
public static class SolverNames
{
    /// <summary>Class by name; the command's help, the documentation and the tests enumerate this list.</summary>
    public static IReadOnlyDictionary<string, string> Classes { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["ddim"] = "DDIMScheduler",
        ["ddpm"] = "DDPMScheduler",
        ["euler"] = "EulerDiscreteScheduler",
        ["heun"] = "HeunDiscreteScheduler",
        ["dpmpp_2m"] = "DPMSolverMultistepScheduler",
        ["flow_euler"] = "FlowMatchEulerDiscreteScheduler",
    };

    /// <summary>The class that a name stands for.</summary>
    /// <exception cref="ArgumentException">The name is not known.</exception>
    public static string ClassOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Classes.TryGetValue(name, out string? found) ? found
            : throw new ArgumentException($"{Printable.Escape(name)} is no solver; there are {string.Join(", ", Classes.Keys)}.", nameof(name));
    }

    /// <summary>The name of a class.</summary>
    public static string Of(string className) => Classes.First(pair => pair.Value == className).Key;
}
