using Rubato.Tensors;

namespace Rubato.Tests.Networks;

/// <summary>Tensors in memory under names that a test may change.</summary>
internal sealed class EditedWeights(Dictionary<string, Tensor> tensors) : IWeightSource
{
    public Dictionary<string, Tensor> Tensors => tensors;

    public string Name => "edited";

    public IReadOnlyCollection<string> Names => tensors.Keys;

    public Shape? ShapeOf(string name) => tensors.TryGetValue(name, out Tensor? tensor) ? tensor.Shape : null;

    public Tensor Read(string name) => tensors[name];

    public void Rename(string from, string to)
    {
        foreach (string name in tensors.Keys.Where(name => name.Contains(from, StringComparison.Ordinal)).ToArray())
        {
            tensors.Remove(name, out Tensor? tensor);
            tensors.Add(name.Replace(from, to, StringComparison.Ordinal), tensor!);
        }
    }
}
