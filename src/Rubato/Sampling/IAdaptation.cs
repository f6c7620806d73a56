namespace Rubato.Sampling;

/// <summary>
/// Something that gives a sample a trajectory of its own: a policy between guidance and network, or a guidance rule.
/// A person names both in one way; where one acts is its own affair.
/// </summary>
public interface IAdaptation
{
    /// <summary>The name with all settings, as it can be given again: <c>name:key=value,...</c>.</summary>
    string Description { get; }
}
