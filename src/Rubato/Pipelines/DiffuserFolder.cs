namespace Rubato.Pipelines;

/// <summary>Loads a model's folder in diffusers' layout.</summary>
public static class DiffuserFolder
{
    /// <inheritdoc cref="RubatoModel.Load"/>
    public static Diffuser Load(string folder) => throw new NotSupportedException(folder);
}
